import { createMd5 } from '#runtime';
import { defined } from '@ossgrant/credentials-core/internal';
import { DownloadError } from './download-error.ts';
import type { DownloadOptions, DownloadResult, ObjectInfo } from './download.ts';
import { isProcessed, type ObjectResponse } from './object-response.ts';

/** The sums that a response announces. */
export interface Expectation {
  /** Facts that further responses must match; those that cannot be compared are left out. */
  readonly info: ObjectInfo;
  /** Absent: not announced, or of other bytes. */
  readonly crc64?: bigint;
  /** In Base64. Absent: not announced, of other bytes, or not needed beside the CRC-64. */
  readonly md5?: string;
}

/** Sums of what was received. */
export interface Sums {
  readonly crc64: bigint;
  /** In Base64; absent where the server sent none to compare it with. */
  readonly md5?: string | undefined;
}

/** The sums that the bytes of a response must match. */
export function expectationOf({ request, decoded, info }: ObjectResponse): Expectation {
  const { size: _size, crc64, md5, etag: _etag, ...rest } = info;
  // Length and checksums are of the bytes before decoding or processing.
  if (decoded) return { info: rest };
  if (isProcessed(request.path)) {
    return { info: { ...rest, ...defined({ size: info.size }) } };
  }
  if (crc64 !== undefined) return { info, crc64 };
  return { info, ...defined({ md5 }) };
}

/**
 * Refuses a response whose bytes cannot be compared with anything, if that is asked for.
 *
 * @throws DownloadError `NOT_VERIFIABLE`
 */
export function assertVerifiable({ response }: ObjectResponse, expected: Expectation, options: DownloadOptions): void {
  if (options.requireVerified !== true || expected.crc64 !== undefined) return;
  if (expected.md5 !== undefined && createMd5 !== undefined) return;
  response.discard();
  throw new DownloadError('the object cannot be verified: the server sent no checksum that can be compared here', {
    code: 'NOT_VERIFIABLE',
    retryable: false,
  });
}

/**
 * Compares the sums, and says which one was compared.
 *
 * @throws DownloadError `CHECKSUM_MISMATCH`
 */
export function verify(found: Sums, expected: Expectation): DownloadResult['verified'] {
  for (const sum of ['crc64', 'md5'] as const) {
    if (expected[sum] === undefined || found[sum] === undefined) continue;
    if (found[sum] === expected[sum]) return sum;
    throw new DownloadError(
      `the bytes received are not the object's: ${sum === 'md5' ? 'MD5' : 'CRC-64'} ${found[sum]} instead of ${expected[sum]}`,
      { code: 'CHECKSUM_MISMATCH', retryable: true },
    );
  }
  return 'none';
}

/** Whether the bytes that were received are not the object's. */
export function areWrongBytes(error: unknown): boolean {
  return error instanceof DownloadError && error.code === 'CHECKSUM_MISMATCH';
}
