import type { Clock } from '@ossgrant/credentials-core';

/** When and how often a failed attempt is repeated. */
export interface RetryOptions {
  /** Failures in a row, without enough bytes between them for the lowest speed, before the last one is thrown. @default 8 */
  readonly maxFailures?: number;
  /** Upper bound of the first wait; it doubles with each failure. The wait is a random part of it. @default 250 */
  readonly baseDelayMs?: number;
  /** @default 20000 */
  readonly maxDelayMs?: number;
  /** Longest wait that a server may ask for; longer ones are cut to this. @default 120000 */
  readonly maxRetryAfterMs?: number;
  /** Time for the whole download. @default unlimited */
  readonly deadlineMs?: number;
  /** From 0 up to 1. @default Math.random */
  readonly random?: () => number;
  /** Waits; rejects with the signal's reason when it is aborted. @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Limits of waiting. */
export interface TimeoutOptions {
  /** For a fresh link or credentials. @default 60000 */
  readonly prepareMs?: number;
  /** For a connection, TLS included; on Node, unless the application has set undici's global dispatcher. @default 10000 */
  readonly connectMs?: number;
  /** From sending a request, connecting included, to the first byte of the response. @default 30000 */
  readonly headersMs?: number;
  /** Without a single byte of the body, while bytes are wanted. @default 30000 */
  readonly bodyMs?: number;
  /** Lowest mean speed of one connection over 30 s of waiting, in bytes per second; 0 for none. @default 1024 */
  readonly minBytesPerSecond?: number;
}

/** Reason for another attempt. */
export type RetryCause = 'network' | 'incomplete' | 'server' | 'throttled' | 'source';

/** Facts of the object, from the response. */
export interface ObjectInfo {
  /** In bytes; absent when the response did not say. */
  readonly size?: number;
  /** Raw header, its quotes included. */
  readonly etag?: string;
  /** Absent when the response did not say, or not in a form that can be read. */
  readonly lastModified?: Date;
  /** Raw header, such as `application/pdf`. */
  readonly contentType?: string;
  /** Raw header. */
  readonly contentDisposition?: string;
  /** Raw header, when the object is stored in an encoding such as `gzip`: the bytes are delivered in it. */
  readonly contentEncoding?: string;
  /** CRC-64 of the whole object, as OSS keeps it. */
  readonly crc64?: bigint;
  /** MD5 of the whole object, in Base64. */
  readonly md5?: string;
  /** `x-oss-request-id` of the response: Alibaba Cloud's support asks for it. */
  readonly requestId?: string;
}

/** State of a download. */
export interface Progress {
  /** Counted from the object's first byte: those of an earlier run are in it. */
  readonly receivedBytes: number;
  /** Length of the whole object. Absent when the response did not say. */
  readonly totalBytes?: number;
  /** Smoothed over some seconds. Absent at the start. */
  readonly bytesPerSecond?: number;
  /** Remaining time at that speed, in milliseconds. */
  readonly remainingMs?: number;
}

/** Options of `openDownload`. */
export interface DownloadOptions {
  /** Ends the download: it rejects with the signal's reason, and not with a `DownloadError`. @default it runs to its end */
  readonly signal?: AbortSignal;
  /** Called at most ten times a second, and at the end. An error that it throws ends the download. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * The clock that is compared with the server's; the source should use the same.
   *
   * @default the platform's clocks
   */
  readonly clock?: Clock;
  /** @default those of `RetryOptions` */
  readonly retry?: RetryOptions;
  /** @default those of `TimeoutOptions` */
  readonly timeouts?: TimeoutOptions;
  /** Highest mean speed, in bytes per second. @default unlimited */
  readonly bandwidthLimit?: number;
  /**
   * Whether to refuse an object for which the server sends no checksum that this platform can compare (`NOT_VERIFIABLE`), before any
   * byte is handed out.
   *
   * @default false
   */
  readonly requireVerified?: boolean;
  /**
   * Whether bytes may come over connections that receive into the memory where they are checked; `false`: over undici's alone. On Node,
   * without a proxy and without a dispatcher of the application.
   *
   * @default unless the environment's `OSSGRANT_DIRECT` is `off`
   */
  readonly direct?: boolean;
}

/** An open download. */
export interface Download {
  /** Known before the first byte, from the headers of the response. */
  readonly info: ObjectInfo;
  /** The bytes. Ends with an error, never early, when they are not the object's. Cancelling it ends the download. */
  readonly body: ReadableStream<Uint8Array>;
  /** Settles when the body has been read to its end, or failed. */
  readonly done: Promise<DownloadResult>;
}

/** A finished download. */
export interface DownloadResult {
  /** Length of the content; bytes that a retry fetched again count once. */
  readonly bytes: number;
  /** Of the bytes received. */
  readonly crc64?: bigint;
  /** The checksum that the bytes were compared with. `none`: not verified, as the server sent no checksum. */
  readonly verified: 'crc64' | 'md5' | 'none';
  /** Requests sent, not counting redirects. */
  readonly attempts: number;
  /** Bytes kept from an earlier run; 0 for a fresh download. */
  readonly resumedFrom: number;
  /** What the server said of the object. */
  readonly info: ObjectInfo;
}

/** An event of a download. Holds no URL, signature, token or secret. */
export type DownloadEvent =
  | { readonly type: 'attempt'; readonly identity: string; readonly attempt: number; readonly start: number }
  | {
      readonly type: 'retry';
      readonly identity: string;
      readonly cause: RetryCause;
      readonly failures: number;
      readonly delayMs: number;
    }
  | { readonly type: 'refresh'; readonly identity: string; readonly cause: string }
  | { readonly type: 'clock'; readonly identity: string; readonly clockOffsetMs: number }
  | { readonly type: 'part'; readonly identity: string; readonly start: number; readonly end: number };
