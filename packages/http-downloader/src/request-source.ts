import type { RejectionReason } from '@ossgrant/credentials-core';
import type { SignedRequest } from '@ossgrant/signer-core';

/** Where the bytes come from. A new kind of source implements this. */
export interface RequestSource {
  /** Names the object, not the permission: stable across refreshes, without secrets. */
  readonly identity: string;
  /** Whether `prepare` signs the headers it is given, so that it takes `x-oss-*` ones. @default false */
  readonly signsHeaders?: boolean;
  /** Makes the request for one attempt, signed now. */
  prepare(attempt: Attempt): Promise<PreparedRequest>;
  /** Called when OSS refused a prepared request; the next one must differ. Absent: the source has no newer link or key. */
  rejected?(rejection: Rejection): void;
}

/** One attempt. */
export interface Attempt {
  /** Further headers to send, such as `range`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Server time minus local time, in milliseconds, as far as known. */
  readonly clockOffsetMs: number;
  /** Aborted when the caller gives up, and at the limit `prepareMs`. */
  readonly signal: AbortSignal;
}

/** A request that is ready to be sent. */
export interface PreparedRequest extends SignedRequest {
  /** The link or key that it was made with: many requests may share one. */
  readonly token: symbol;
  /** Instant from which OSS refuses the request. Absent: not known, or never. */
  readonly expiration?: Date;
}

/** A refusal that a newer link or key can overcome. */
export interface Rejection {
  /** The `token` of the refused request: a newer link or key is not to be dropped. */
  readonly token: symbol;
  /** What the server found wrong. */
  readonly cause: 'link-expired' | RejectionReason;
}
