/**
 * One immutable snapshot of credentials: all values change together.
 *
 * A plain object literal will do. What providers of this project hand out is frozen and redacted:
 * see `snapshotCredentials`.
 */
export interface Credentials {
  /** Key id. Ids of temporary credentials start with `STS.`. */
  readonly accessKeyId: string;
  /** Key secret. Never leaves the process: only signatures made with it do. */
  readonly accessKeySecret: string;
  /** STS token, sent with each request of temporary credentials. No length limit is assumed. */
  readonly securityToken?: string;
  /** Instant after which the credentials are refused. Absent: they do not expire. */
  readonly expiration?: Date;
}

/** Why a server refused credentials. */
export type RejectionReason = 'expired' | 'unknown-key' | 'invalid-token';

/** What one use of credentials needs. */
export interface CredentialRequest {
  /** Ends this caller's wait, and nobody else's. */
  readonly signal?: AbortSignal;
  /**
   * How long the credentials should live from now on, in milliseconds. A wish: the provider refreshes when that can
   * help, and otherwise returns what it has. The caller checks `expiration`.
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
   * Tells that a server refused `rejected`. It counts only when `rejected` is what the provider would hand out now, so a
   * late report about an older key drops nothing. Static providers lack it: they have nothing newer to offer.
   */
  invalidate?(rejected: Credentials, reason: RejectionReason): void;
}

/** Time, both in milliseconds. */
export interface Clock {
  /** Wall clock, since the Unix epoch. May jump. */
  now(): number;
  /** Never goes back; its origin means nothing. */
  monotonic(): number;
}

/** What a source is given for one fetch. */
export interface FetchContext {
  /** Aborted at the fetch's time limit and when the provider is closed. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Credentials as a source got them. */
export interface FetchedCredentials extends Credentials {
  /** The server's own time at the answer, for a lifetime that does not depend on the local clock. */
  readonly serverDate?: Date;
}

/**
 * One raw fetch of credentials, without a cache: what the author of a new provider writes. `cached` makes it a provider.
 *
 * Throws a `CredentialError`; with code `NOT_CONFIGURED` a chain tries the next source.
 */
export interface CredentialSource {
  /** Short, stable, no secret: appears in errors and events, such as `sts:assume-role`. */
  readonly name: string;
  fetch(context: FetchContext): Promise<FetchedCredentials>;
}

/** A provider with a cache of its own. */
export interface CachedProvider extends CredentialProvider {
  /** Aborts a fetch in flight and refuses further calls. */
  close(): Promise<void>;
}

/**
 * What may be given wherever credentials are wanted: a literal, a source, a provider, or a function that fetches.
 * Sources and functions are cached.
 */
export type CredentialInput =
  | Credentials
  | CredentialSource
  | CredentialProvider
  | (() => FetchedCredentials | Promise<FetchedCredentials>);
