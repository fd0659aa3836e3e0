/**
 * One immutable snapshot of credentials: all values change together.
 *
 * A plain object literal is enough. Providers of this project hand out frozen and redacted ones: see `snapshotCredentials`.
 */
export interface Credentials {
  /** Key id. Ids of temporary credentials start with `STS.`. */
  readonly accessKeyId: string;
  /** Key secret. It never leaves the process: only signatures made with it do. */
  readonly accessKeySecret: string;
  /** STS token, sent with each request of temporary credentials, of any length. */
  readonly securityToken?: string;
  /**
   * Instant after which OSS refuses the credentials. Absent: they do not expire, or, where there is a token, their end is not known; it
   * is at most 12 hours away.
   */
  readonly expiration?: Date;
}

/** Why a server refused credentials. */
export type RejectionReason = 'expired' | 'unknown-key' | 'invalid-token';

/** The needs of one use of credentials. */
export interface CredentialRequest {
  /** Ends the wait of this caller only. */
  readonly signal?: AbortSignal;
  /**
   * How long the credentials should live from now on, in milliseconds. It is a wish: the provider refreshes when that can help, and
   * otherwise returns what it has. The caller checks `expiration`.
   *
   * @default 0
   */
  readonly minValidityMs?: number;
}

/** Hands out credentials for use now. Signers, presigners and downloaders take one. */
export interface CredentialProvider {
  /** Returns credentials that have not expired, or throws a `CredentialError`. */
  getCredentials(request?: CredentialRequest): Promise<Credentials>;
  /**
   * Reports that a server refused `rejected`. It counts only when `rejected` is what the provider would hand out now, so a late report
   * about an older key drops nothing. Static providers do not have this method: they have nothing newer to offer.
   */
  invalidate?(rejected: Credentials, reason: RejectionReason): void;
}

/** Time, both in milliseconds. */
export interface Clock {
  /** Wall clock, since the Unix epoch. May jump. */
  now(): number;
  /** Never goes back; only differences mean something. */
  monotonic(): number;
}

/** What a source receives for one fetch. */
export interface FetchContext {
  /** Aborted at the fetch's time limit and when the provider is closed. */
  readonly signal: AbortSignal;
  /** Time by which the cache counts: read it in place of `Date.now()`, so that tests can move it. */
  readonly clock: Clock;
}

/** Credentials as a source received them. */
export interface FetchedCredentials extends Credentials {
  /** The server's own time of the response, for a life that does not depend on the local clock. */
  readonly serverDate?: Date;
}

/**
 * One raw fetch of credentials, without a cache: this is what the author of a new provider writes. `cached` makes it a provider.
 *
 * Throws a `CredentialError`; with code `NOT_CONFIGURED` a chain tries the next source.
 */
export interface CredentialSource {
  /** Short, stable and not secret, such as `sts:assume-role`: it appears in errors and events. */
  readonly name: string;
  /** Fetches anew each time; ends soon after `signal` is aborted. @throws CredentialError */
  fetch(context: FetchContext): Promise<FetchedCredentials>;
}

/** A provider with its own cache. */
export interface CachedProvider extends CredentialProvider {
  /** Aborts a fetch in flight and refuses further calls. */
  close(): Promise<void>;
}

/**
 * Credentials as a caller may give them: a literal, a source, a provider, or a function that fetches. Sources and functions are
 * cached.
 */
export type CredentialInput =
  | Credentials
  | CredentialSource
  | CredentialProvider
  | (() => FetchedCredentials | Promise<FetchedCredentials>);
