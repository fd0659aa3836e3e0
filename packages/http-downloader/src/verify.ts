import { transport } from '#transport';
import { isProcessed, type Answer } from './answer.ts';
import { DownloadError } from './download-error.ts';
import type { DownloadResult, ObjectInfo } from './download.ts';

/** What the bytes are compared with. */
export interface Expectation {
  /** What further answers must agree with; without what cannot be compared. */
  readonly info: ObjectInfo;
  /** Absent: not announced, or of other bytes. */
  readonly crc64?: bigint;
  /** In Base64. Absent: not announced, of other bytes, or not needed beside the CRC-64. */
  readonly md5?: string;
}

/** Sums of what was received. */
export interface Sums {
  readonly crc64: bigint;
  /** In Base64; absent where nothing is to be compared with it. */
  readonly md5?: string | undefined;
}

/** Tells what an answer's bytes can be compared with. */
export function expectationOf({ request, response, info }: Answer): Expectation {
  const { size: _size, crc64, md5, etag: _etag, ...rest } = info;
  // What the transport decodes and what OSS processes are other bytes than those that length and checksum are of.
  if (transport.decodesContent && response.header('content-encoding') !== undefined) return { info: rest };
  if (isProcessed(request.path)) {
    return { info: { ...rest, ...(info.size === undefined ? {} : { size: info.size }) } };
  }
  if (crc64 !== undefined) return { info, crc64 };
  return { info, ...(md5 === undefined ? {} : { md5 }) };
}

/**
 * Compares; tells by what.
 *
 * @throws DownloadError `CHECKSUM_MISMATCH`
 */
export function verify(found: Sums, expected: Expectation): DownloadResult['verified'] {
  for (const sum of ['crc64', 'md5'] as const) {
    if (expected[sum] === undefined || found[sum] === undefined) continue;
    if (found[sum] === expected[sum]) return sum;
    transport.onWrongBytes?.();
    throw new DownloadError(
      `the bytes received are not the object's: ${sum === 'md5' ? 'MD5' : 'CRC-64'} ${found[sum]} instead of ${expected[sum]}`,
      { code: 'CHECKSUM_MISMATCH', retryable: true },
    );
  }
  return 'none';
}
