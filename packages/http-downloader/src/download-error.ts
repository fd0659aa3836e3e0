/**
 * Why a download failed, by what to do about it.
 *
 * - `LINK_EXPIRED`: ask the owner for a new link.
 * - `CREDENTIALS_REJECTED`: the key or token has expired or is unknown. Get new ones.
 * - `ACCESS_DENIED`: the permission does not cover this object.
 * - `SIGNATURE_MISMATCH`: the link or request was changed on the way, or signed wrongly.
 * - `CLOCK_SKEW`: the local clock is more than 15 minutes off.
 * - `NOT_FOUND`: there is no such object or bucket.
 * - `HTTP_STATUS`: any other answer that is no object.
 * - `OBJECT_CHANGED`: the object was replaced while it was being received. Start again.
 * - `NETWORK`: no connection, or it broke. Retry.
 * - `TLS`: the server's certificate or protocol was refused. Retrying does not help.
 * - `STALLED`: bytes came too slowly, or a fresh link or key did not come at all. Retry.
 * - `DEADLINE`: the time given for the whole download is over.
 * - `INCOMPLETE`: fewer or more bytes than announced. Retry.
 * - `RANGE_MISMATCH`: the answer holds other bytes than those asked for. Retry.
 * - `CHECKSUM_MISMATCH`: the bytes are not the object's. Retry.
 * - `FILE_SYSTEM`: the target could not be written.
 * - `DISK_FULL`: there is no room for the object. Make room; a resumable download goes on where it was.
 * - `TOO_LARGE`: more bytes than the caller will hold in memory. Download to a file or a stream.
 * - `TARGET_BUSY`: another process is downloading to the same file.
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
  | 'STALLED'
  | 'DEADLINE'
  | 'INCOMPLETE'
  | 'RANGE_MISMATCH'
  | 'CHECKSUM_MISMATCH'
  | 'FILE_SYSTEM'
  | 'DISK_FULL'
  | 'TOO_LARGE'
  | 'TARGET_BUSY';

/** Facts of a failed download that are safe to log. */
export interface DownloadErrorOptions {
  readonly code: DownloadErrorCode;
  readonly retryable: boolean;
  readonly cause?: unknown;
  /** HTTP status of the refusal. */
  readonly status?: number;
  /** OSS's Code, such as `NoSuchKey`. */
  readonly serviceCode?: string;
  /** OSS's fine error code, such as `0002-00000069`. */
  readonly ec?: string;
  readonly requestId?: string;
  /** Shortest wait that the server asked for, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Thrown by every download function. Holds no URL, signature, token or secret. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly code: DownloadErrorCode;
  readonly retryable: boolean;
  readonly status?: number;
  readonly serviceCode?: string;
  readonly ec?: string;
  readonly requestId?: string;
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

// OpenSSL's verify errors, Node's TLS errors, and a server that speaks another protocol.
const TLS =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|ERROR_IN_CERT|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|EPROTO)/;

/** Names a failure of the connection. A refused certificate is final: it would be refused again. */
export function connectionError(cause: unknown, says: string): DownloadError {
  const isTls = codesOf(cause).some((code) => TLS.test(code));
  return new DownloadError(isTls ? `${says}: its certificate or TLS version was refused` : says, {
    code: isTls ? 'TLS' : 'NETWORK',
    retryable: !isTls,
    cause,
  });
}

function codesOf(cause: unknown): string[] {
  const codes: string[] = [];
  for (let error = cause, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    if ('code' in error) codes.push(String(error.code));
  }
  return codes;
}
