import { brandErrors } from '@ossgrant/credentials-core/internal';

/**
 * Why a download failed, by what to do about it.
 *
 * - `LINK_EXPIRED`: the link has ended. Ask its owner for a new one.
 * - `CREDENTIALS_REJECTED`: the key or token has expired or is unknown. Get new ones.
 * - `ACCESS_DENIED`: the permission does not cover this object. Ask its owner to widen it.
 * - `SIGNATURE_MISMATCH`: the link or request was changed on the way, or signed wrongly. `explain` names the cause.
 * - `CLOCK_SKEW`: the local clock is more than 15 minutes off. Correct it.
 * - `NOT_FOUND`: the object or bucket does not exist. Check the key, the bucket and the region.
 * - `HTTP_STATUS`: any other response that is not the object. Read `status` and `serviceCode`.
 * - `OBJECT_CHANGED`: the object was replaced while it was being received. Start again.
 * - `NETWORK`: there was no connection, or it broke. Retry.
 * - `TLS`: the server's certificate or protocol was refused. Trust its authority, or correct the host; a retry does not help.
 * - `PROXY`: the proxy refused the connection, or cannot be used. Change its address, user name or rules.
 * - `UNSUPPORTED`: the runtime cannot send the request. The message names what it lacks: use another runtime.
 * - `STALLED`: bytes came too slowly, or a fresh link or key did not come at all. Retry.
 * - `DEADLINE`: the time allowed for the whole download is over. Allow more, or resume.
 * - `INCOMPLETE`: fewer or more bytes came than announced. Retry.
 * - `RANGE_MISMATCH`: the response holds other bytes than those asked for. Retry; if it lasts, a proxy on the way is wrong.
 * - `CHECKSUM_MISMATCH`: the bytes are not the object's. Retry.
 * - `NOT_VERIFIABLE`: `requireVerified` was asked for, and the server sent no checksum. In a page, expose it by CORS; else do without.
 * - `FILE_SYSTEM`: the target could not be written. The message names the path and the system's reason.
 * - `DISK_FULL`: there is no room for the object. Make room; the next run resumes the download.
 * - `TOO_LARGE`: the object has more bytes than the caller will hold in memory. Download to a file or a stream.
 * - `TARGET_BUSY`: another process is downloading to the same file. Wait for it, or choose another target.
 */
export type DownloadErrorCode =
  | 'LINK_EXPIRED'
  | 'CREDENTIALS_REJECTED'
  | 'ACCESS_DENIED'
  | 'SIGNATURE_MISMATCH'
  | 'CLOCK_SKEW'
  | 'NOT_FOUND'
  | 'HTTP_STATUS'
  | 'OBJECT_CHANGED'
  | 'NETWORK'
  | 'TLS'
  | 'PROXY'
  | 'UNSUPPORTED'
  | 'STALLED'
  | 'DEADLINE'
  | 'INCOMPLETE'
  | 'RANGE_MISMATCH'
  | 'CHECKSUM_MISMATCH'
  | 'NOT_VERIFIABLE'
  | 'FILE_SYSTEM'
  | 'DISK_FULL'
  | 'TOO_LARGE'
  | 'TARGET_BUSY';

/** Facts of a failed download that are safe to log. */
export interface DownloadErrorOptions {
  /** What failed, and with that what can be done. */
  readonly code: DownloadErrorCode;
  /** Whether the same download may succeed later. */
  readonly retryable: boolean;
  /** The error underneath, such as the system's own. */
  readonly cause?: unknown;
  /** HTTP status of the refusal. */
  readonly status?: number;
  /** OSS's Code, such as `NoSuchKey`. */
  readonly serviceCode?: string;
  /** OSS's fine error code, such as `0002-00000069`. */
  readonly ec?: string;
  /** `x-oss-request-id` of the refusal: Alibaba Cloud's support asks for it. */
  readonly requestId?: string;
  /** Shortest wait that the server asked for, in milliseconds. */
  readonly retryAfterMs?: number;
}

/**
 * Thrown by every download function. Holds no URL, signature, token or secret. `instanceof` also recognises errors of another copy of
 * this package.
 */
export class DownloadError extends Error {
  static {
    brandErrors(this, '@ossgrant/DownloadError');
  }

  /** Also after a bundler has renamed the class. */
  override readonly name = 'DownloadError';
  /** What failed, and with that what can be done. */
  readonly code: DownloadErrorCode;
  /** Whether the same download may succeed later. The retries that `retry` allows are over. */
  readonly retryable: boolean;
  /** HTTP status of the refusal. Absent when there was no response. */
  readonly status?: number;
  /** OSS's Code, such as `NoSuchKey`. Absent when OSS sent none. */
  readonly serviceCode?: string;
  /** OSS's fine error code, such as `0002-00000069`. Absent when OSS sent none. */
  readonly ec?: string;
  /** `x-oss-request-id` of the refusal: Alibaba Cloud's support asks for it. */
  readonly requestId?: string;
  /** Shortest wait that the server asked for, in milliseconds. */
  readonly retryAfterMs?: number;

  constructor(message: string, options: DownloadErrorOptions) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = options.code;
    this.retryable = options.retryable;
    if (options.status !== undefined) this.status = options.status;
    if (options.serviceCode !== undefined) this.serviceCode = options.serviceCode;
    if (options.ec !== undefined) this.ec = options.ec;
    if (options.requestId !== undefined) this.requestId = options.requestId;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}
