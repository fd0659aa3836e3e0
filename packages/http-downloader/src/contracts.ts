import type { Clock, RejectionReason, SignedRequest } from '@ossgrant/signer-core';
import type { RetryOptions } from './retry/retry-options.ts';
import type { TimeoutOptions } from './timeouts.ts';

/** Where the bytes come from. A new kind of source implements this. */
export interface RequestSource {
  /** Names the object, not the permission: stable across refreshes, without secrets. */
  readonly identity: string;
  /** Whether `prepare` signs the headers it is given, so that it takes `x-oss-*` ones. @default false */
  readonly signsHeaders?: boolean;
  /** Makes the request for one attempt, signed now. */
  prepare(attempt: Attempt): Promise<PreparedRequest>;
  /** Tells that OSS refused what `prepare` gave; the next `prepare` must differ. Absent: there is nothing newer to offer. */
  rejected?(rejection: Rejection): void;
}

/** What one attempt needs. */
export interface Attempt {
  /** Headers to send besides, such as `range`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Server time minus local time, in milliseconds, as far as it is known. */
  readonly clockOffsetMs: number;
  readonly signal: AbortSignal;
}

/** A request that is ready to be sent. */
export interface PreparedRequest extends SignedRequest {
  /** Which link or key it was made with: many requests may share one. */
  readonly token: symbol;
  readonly expiration?: Date;
}

/** A refusal that a newer link or key can mend. */
export interface Rejection {
  readonly token: symbol;
  readonly cause: 'link-expired' | RejectionReason;
}

/** What the answer said of the object. */
export interface ObjectInfo {
  /** In bytes; absent when the answer did not say. */
  readonly size?: number;
  readonly etag?: string;
  readonly lastModified?: Date;
  readonly contentType?: string;
  /** Raw header. */
  readonly contentDisposition?: string;
  /** CRC-64 of the whole object, as OSS keeps it. */
  readonly crc64?: bigint;
  /** MD5 of the whole object, in Base64. */
  readonly md5?: string;
  readonly requestId?: string;
}

/** How far a download is. */
export interface Progress {
  /** Counted from the object's first byte: those of an earlier run are in it. */
  readonly receivedBytes: number;
  readonly totalBytes?: number;
  /** Smoothed over some seconds. Absent until it can be told. */
  readonly bytesPerSecond?: number;
  /** Rest of the time at that speed, in milliseconds. */
  readonly remainingMs?: number;
}

/** Options of `openDownload`. */
export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Called at most ten times a second, and at the end. What it throws ends the download. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * What a wrong local clock is measured by; the source should read the same.
   *
   * @default the platform's clocks
   */
  readonly clock?: Clock;
  /** When and how often a failure is tried again. */
  readonly retry?: RetryOptions;
  readonly timeouts?: TimeoutOptions;
  /** Highest mean speed, in bytes per second. @default unlimited */
  readonly bandwidthLimit?: number;
}

/** An open download. */
export interface Download {
  readonly info: ObjectInfo;
  /** The bytes. Ends with an error, never early, when they are not the object's. Cancelling it ends the download. */
  readonly body: ReadableStream<Uint8Array>;
  /** Settles when the body has been read to its end, or failed. */
  readonly done: Promise<DownloadResult>;
}

/** A finished download. */
export interface DownloadResult {
  readonly bytes: number;
  /** Of the bytes received. */
  readonly crc64?: bigint;
  /** What the bytes were compared with. `none`: the answer carried no checksum of them. */
  readonly verified: 'crc64' | 'md5' | 'none';
  /** Requests sent, without those that redirects led to. */
  readonly attempts: number;
  /** Bytes that were there from an earlier run; 0 for a fresh one. */
  readonly resumedFrom: number;
}
