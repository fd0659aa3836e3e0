/** Whether a share may be used, apart from its times and uses. A revoked share stays revoked. */
export type ShareState = 'active' | 'paused' | 'revoked';

/** What a share gives and on which terms; fixed when it is made. */
export interface ShareFacts {
  /** The objects; empty with a prefix. */
  readonly keys: readonly string[];
  readonly prefix?: string | undefined;
  readonly versionId?: string | undefined;
  readonly filename?: string | undefined;
  readonly disposition?: 'attachment' | 'inline' | undefined;
  readonly process?: string | undefined;
  /** Name of one of the handler's hosts. */
  readonly host?: string | undefined;
  /** Addresses or networks that may redeem. */
  readonly ip?: readonly string[] | undefined;
  readonly previewSeconds?: number | undefined;
  readonly allow?: readonly ShareAllowance[] | undefined;
}

/** What a share permits beyond a download: temporary credentials; its file name in previews of a message. */
export type ShareAllowance = 'credentials' | 'filename';

/** A share to be kept. */
export interface NewShare {
  /** 16 random bytes, in hexadecimal. */
  readonly id: string;
  readonly tokenVersion: number;
  readonly bucket: string;
  readonly facts: ShareFacts;
  readonly label?: string | undefined;
  /** Hashed. */
  readonly password?: string | undefined;
  readonly maxUses?: number | undefined;
  readonly notBefore?: Date | undefined;
  readonly expiresAt: Date;
}

/** A share as it is kept. */
export interface Share extends NewShare {
  readonly owner: string;
  readonly state: ShareState;
  readonly revision: number;
  readonly uses: number;
  readonly createdAt: Date;
}

/** Who did it and when. */
export interface Act {
  readonly at: number;
  readonly actor: string;
}

/** What can be changed of a share; absent stays. `null` takes the limit or the label away. */
export interface ShareChanges {
  readonly state?: ShareState | undefined;
  readonly expiresAt?: Date | undefined;
  readonly label?: string | null | undefined;
  readonly maxUses?: number | null | undefined;
}

/** One use that is asked for. */
export interface UseRequest {
  readonly shareId: string;
  /** Digest of the proof, 16 bytes in hexadecimal. */
  readonly proof: string;
  readonly address?: string | undefined;
  readonly agent?: string | undefined;
  readonly key: string;
}

/**
 * - `counted`: a new use. `repeat`: the proof's use again, free.
 * - `spent`: the proof is older than the resume window, or was repeated too often; a new proof may count again.
 * - the rest refuses.
 */
export type UseOutcome =
  | 'counted'
  | 'repeat'
  | 'spent'
  | 'used-up'
  | 'paused'
  | 'revoked'
  | 'expired'
  | 'not-yet'
  | 'unknown';

/** What became of a use. */
export interface UseResult {
  readonly outcome: UseOutcome;
  readonly uses: number;
  readonly maxUses?: number | undefined;
}

/** What free repeats are bounded by. */
export interface RepeatLimits {
  readonly windowMs: number;
  readonly repeats: number;
}

/** A use that was counted. */
export interface ShareUse {
  readonly id: string;
  readonly at: Date;
  readonly address?: string | undefined;
  readonly agent?: string | undefined;
  readonly key: string;
  readonly repeats: number;
}

/** Which shares, newest first. */
export interface ShareFilter {
  /** @default every owner's */
  readonly owner?: string | undefined;
  readonly bucket?: string | undefined;
  /** Start of the key or prefix. */
  readonly prefix?: string | undefined;
  readonly state?: ShareState | undefined;
  readonly label?: string | undefined;
  /** Before this share, in the order of the list. */
  readonly before?: { readonly createdAt: Date; readonly id: string } | undefined;
  readonly limit: number;
}

/** A revocable address of temporary credentials. */
export interface GrantHandle {
  readonly id: string;
  readonly tokenVersion: number;
  readonly owner: string;
  readonly bucket: string;
  readonly facts: HandleFacts;
  readonly label?: string | undefined;
  readonly state: 'active' | 'revoked';
  readonly expiresAt: Date;
  readonly createdAt: Date;
}

/** What a handle's credentials allow. */
export interface HandleFacts {
  readonly keys: readonly string[];
  readonly prefix?: string | undefined;
  readonly list: boolean;
  readonly durationSeconds: number;
  readonly sessionName: string;
}

/** Where an API key may be used, and for how long it may share. */
export interface KeyScope {
  readonly bucket: string;
  /** Empty: the whole bucket. */
  readonly prefix: string;
  readonly longestSeconds: number;
}

/** An API key as it is kept: without its secret. */
export interface ApiKey {
  readonly id: string;
  readonly hash: string;
  readonly owner: string;
  readonly name: string;
  readonly admin: boolean;
  readonly scopes: readonly KeyScope[];
  readonly createdAt: Date;
  readonly expiresAt?: Date | undefined;
  readonly revokedAt?: Date | undefined;
}

/** A browser that is signed in, or a code that signs one in. */
export interface Session {
  readonly id: string;
  /** Whose rights it has, for as long as the key is valid. */
  readonly keyId: string;
  readonly expiresAt: Date;
}

/** Something to be remembered for good. */
export interface NewEvent {
  readonly kind: string;
  /** 16 bytes in hexadecimal: the share, handle, grant or key that it is about. */
  readonly subject: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An event in its chain. */
export interface AuditEvent {
  readonly shard: number;
  readonly seq: number;
  readonly at: Date;
  readonly kind: string;
  readonly subject: string;
  readonly actor: string;
  /** JSON, as it was hashed. */
  readonly body: string;
  /** SHA-256 over the hash before and this event, in hexadecimal. */
  readonly hash: string;
}

/** The end of one chain. */
export type AuditHead = Pick<AuditEvent, 'shard' | 'seq' | 'hash'>;

/** A repeatable creation: the same key gives the same share. */
export interface Idempotency {
  readonly key: string;
  readonly digest: string;
}

/** What became of a creation. */
export type CreateResult =
  | { readonly created: true }
  | { readonly created: false; readonly digest: string; readonly shareId: string };

/** Hits of a key in its window. */
export interface Hits {
  readonly hits: number;
  readonly endsAt: Date;
}

/** Keeps everything that instances of the handler must agree on. Every method is one transaction, its audit event included. */
export interface Store {
  createShares(shares: readonly NewShare[], owner: string, act: Act, idempotency?: Idempotency): Promise<CreateResult>;
  findShare(id: string): Promise<Share | undefined>;
  redeem(use: UseRequest, at: number, limits: RepeatLimits): Promise<UseResult>;
  /** Of that revision only, where one is given. A revoked share changes no more. @returns undefined when nothing fitted */
  changeShare(
    id: string,
    changes: ShareChanges,
    event: NewEvent & Act & { readonly revision?: number | undefined },
  ): Promise<Share | undefined>;
  listShares(filter: ShareFilter): Promise<readonly Share[]>;
  listUses(shareId: string, limit: number, before?: Pick<ShareUse, 'id' | 'at'>): Promise<readonly ShareUse[]>;
  listEvents(subject: string, limit: number, after?: number): Promise<readonly AuditEvent[]>;

  createHandle(handle: GrantHandle, act: Act): Promise<void>;
  findHandle(id: string): Promise<GrantHandle | undefined>;
  listHandles(owner: string | undefined, limit: number): Promise<readonly GrantHandle[]>;
  revokeHandle(id: string, act: Act): Promise<boolean>;

  createKey(key: ApiKey, act: Act): Promise<void>;
  findKey(id: string): Promise<ApiKey | undefined>;
  listKeys(): Promise<readonly ApiKey[]>;
  revokeKey(id: string, act: Act): Promise<boolean>;

  createSession(session: Session, event: Act & Pick<NewEvent, 'kind'>): Promise<void>;
  findSession(id: string): Promise<Session | undefined>;
  /** @returns the session for the one caller that ended it */
  endSession(id: string, event: Act & Pick<NewEvent, 'kind'>): Promise<Session | undefined>;

  record(event: NewEvent & Act): Promise<void>;
  heads(): Promise<readonly AuditHead[]>;
  /** Events of one chain in order. */
  exportEvents(shard: number, after: number, limit: number): Promise<readonly AuditEvent[]>;

  /** Counts a hit, or takes one back with -1. */
  hit(key: string, at: number, windowMs: number, count?: 1 | -1): Promise<Hits>;
  /** Throws unless the store can be asked. */
  ping(): Promise<void>;
  /** Forgets counters, idempotency keys and sessions that have ended. */
  purge(at: number): Promise<void>;
}
