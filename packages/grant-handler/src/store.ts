import type {
  ApiKey,
  AuditEvent,
  AuditHead,
  GrantHandle,
  NewShare,
  Session,
  Share,
  ShareState,
  ShareUse,
} from './records.ts';

/** Who did it and when. */
export interface Act {
  /** Milliseconds since the Unix epoch, by the handler's clock. */
  readonly at: number;
  /** `id` of the subject that did it, for the audit log. */
  readonly actor: string;
}

/** What can be changed of a share; absent stays. `null` takes the limit or the label away. */
export interface ShareChanges {
  /** The store refuses to change a revoked share, so this cannot undo a revocation. */
  readonly state?: ShareState | undefined;
  /** A new end, later or sooner. */
  readonly expiresAt?: Date | undefined;
  /** `null` takes the label away. */
  readonly label?: string | null | undefined;
  /** `null` takes the limit away. Never less than the uses already counted. */
  readonly maxUses?: number | null | undefined;
}

/** One use that is asked for. */
export interface UseRequest {
  /** As in `NewShare.id`. */
  readonly shareId: string;
  /** Digest of the proof, 16 bytes in hexadecimal. */
  readonly proof: string;
  /** Address of the visitor, where it is known. */
  readonly address?: string | undefined;
  /** `User-Agent` of the visitor. */
  readonly agent?: string | undefined;
  /** Key of the object to hand out, or the share's prefix. It is recorded, and not compared with the share. */
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
  /** Only `counted` and `repeat` allow the download. */
  readonly outcome: UseOutcome;
  /** Uses counted so far, this one included. */
  readonly uses: number;
  /** Limit of the share; absent: unlimited. */
  readonly maxUses?: number | undefined;
}

/** What free repeats are bounded by. */
export interface RepeatLimits {
  /** How long after the counted use a repeat is free, in milliseconds. */
  readonly windowMs: number;
  /** How many repeats of one use are free. */
  readonly repeats: number;
}

/** Which shares, newest first. */
export interface ShareFilter {
  /** @default every owner's */
  readonly owner?: string | undefined;
  /** @default every bucket */
  readonly bucket?: string | undefined;
  /** Start of the key or prefix. */
  readonly prefix?: string | undefined;
  /** @default every state */
  readonly state?: ShareState | undefined;
  /** The whole label, compared exactly. @default every label */
  readonly label?: string | undefined;
  /** Before this share, in the order of the list. */
  readonly before?: { readonly createdAt: Date; readonly id: string } | undefined;
  /** Longest list to return. */
  readonly limit: number;
}

/** Something to be remembered for good. */
export interface NewEvent {
  /** What happened, such as `share.copied`. */
  readonly kind: string;
  /** 16 bytes in hexadecimal: the share, handle, grant or key that it is about. */
  readonly subject: string;
  /** Further facts, kept as JSON; never a secret. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A repeatable creation: the same key gives the same share. */
export interface Idempotency {
  /** Chosen by the client, unique for its owner; kept for at least 24 hours. */
  readonly key: string;
  /** Keyed digest of the request: the same key with another request is an error of the client. */
  readonly digest: string;
}

/** What became of a creation. */
export type CreateResult =
  | { readonly created: true }
  | { readonly created: false; readonly digest: string; readonly shareId: string };

/** Hits of a key in its window. */
export interface Hits {
  /** Those in the current window, this one included. */
  readonly hits: number;
  /** When the window ends and counting starts again from 0. */
  readonly endsAt: Date;
}

/** Keeps everything that instances of the handler must agree on. Every method is one transaction, its audit event included. */
export interface Store {
  /** Keeps all of the shares or none. With an idempotency key that its owner has used before, keeps none and names the share made then. */
  createShares(shares: readonly NewShare[], owner: string, act: Act, idempotency?: Idempotency): Promise<CreateResult>;
  /** Finds a share, whatever its state. @returns undefined for an unknown id */
  findShare(id: string): Promise<Share | undefined>;
  /**
   * Counts one use, or recognises a repeat by its proof. Concurrent calls never count more than `maxUses` together. Refusals are
   * outcomes, not errors.
   *
   * @param at milliseconds since the Unix epoch
   */
  redeem(use: UseRequest, at: number, limits: RepeatLimits): Promise<UseResult>;
  /** The newest use of this object by this address and agent since then. @returns its proof's digest */
  recentUse(use: Required<Omit<UseRequest, 'proof'>>, since: number): Promise<string | undefined>;
  /** Of that revision only, where one is given. A revoked share changes no more. @returns undefined when nothing fitted */
  changeShare(
    id: string,
    changes: ShareChanges,
    event: NewEvent & Act & { readonly revision?: number | undefined },
  ): Promise<Share | undefined>;
  /** Shares that fit every field of the filter, newest first. */
  listShares(filter: ShareFilter): Promise<readonly Share[]>;
  /** Counted uses of a share, newest first. @param before the last one of the page before */
  listUses(shareId: string, limit: number, before?: Pick<ShareUse, 'id' | 'at'>): Promise<readonly ShareUse[]>;
  /**
   * Events about one subject, oldest first.
   *
   * @param after `seq` of the last one of the page before; 0 for the first page
   * @param withoutUses leaves out those of kind `share.redeemed`
   */
  listEvents(subject: string, limit: number, after?: number, withoutUses?: boolean): Promise<readonly AuditEvent[]>;

  /** Keeps a handle. */
  createHandle(handle: GrantHandle, act: Act): Promise<void>;
  /** Finds a handle, whatever its state. @returns undefined for an unknown id */
  findHandle(id: string): Promise<GrantHandle | undefined>;
  /** Handles, newest first. @param owner undefined: of all owners */
  listHandles(owner: string | undefined, limit: number): Promise<readonly GrantHandle[]>;
  /** Revokes a handle for good. @returns whether there was such a handle, not yet revoked */
  revokeHandle(id: string, act: Act): Promise<boolean>;

  /** Keeps an API key, without its secret. */
  createKey(key: ApiKey, act: Act): Promise<void>;
  /** Also finds keys that have expired or were revoked: the caller compares. @returns undefined for an unknown id */
  findKey(id: string): Promise<ApiKey | undefined>;
  /** All keys, oldest first, expired and revoked ones included. */
  listKeys(): Promise<readonly ApiKey[]>;
  /** Revokes a key for good. @returns whether there was such a key, not yet revoked */
  revokeKey(id: string, act: Act): Promise<boolean>;

  /** Keeps a session, with the event that says so. */
  createSession(session: Session, event: Act & Pick<NewEvent, 'kind'>): Promise<void>;
  /** Also finds one that has expired and was not yet purged: the caller compares. @returns undefined for an unknown id */
  findSession(id: string): Promise<Session | undefined>;
  /** Ends a session. @returns the session for the one caller that ended it */
  endSession(id: string, event: Act & Pick<NewEvent, 'kind'>): Promise<Session | undefined>;

  /** Appends an event that goes with no change of a record. */
  record(event: NewEvent & Act): Promise<void>;
  /** The last event of each chain, by shard. Keep them elsewhere to detect a log that was cut short. */
  heads(): Promise<readonly AuditHead[]>;
  /** Events of one chain in order. */
  exportEvents(shard: number, after: number, limit: number): Promise<readonly AuditEvent[]>;
  /** Removes the events of one chain up to a place; its head stays. Let `pruneAudit` call it. @returns how many */
  pruneEvents(shard: number, upTo: number): Promise<number>;

  /** Counts a hit, or takes one back with -1. */
  hit(key: string, at: number, windowMs: number, count?: 1 | -1): Promise<Hits>;
  /** Throws unless the store can be asked. */
  ping(): Promise<void>;
  /** Forgets counters, idempotency keys and sessions that have ended. */
  purge(at: number): Promise<void>;
}
