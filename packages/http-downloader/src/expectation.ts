import { transport } from '#transport';
import type { ObjectInfo } from './contracts.ts';
import { DownloadError } from './download-error.ts';
import type { Answer } from './session.ts';

/** What the bytes are compared with. */
export interface Expectation {
  /** What further answers must agree with; without what cannot be compared. */
  readonly info: ObjectInfo;
  /** Absent: not announced, or of other bytes. */
  readonly crc64?: bigint;
}

/** Tells what an answer's bytes can be compared with. */
export function expectationOf({ request, response, info }: Answer): Expectation {
  const { size: _size, crc64, etag: _etag, ...rest } = info;
  // What the transport decodes and what OSS processes are other bytes than those that length and checksum are of.
  if (transport.decodesContent && response.header('content-encoding') !== undefined) return { info: rest };
  if (/[?&]x-oss-process[=&]/.test(request.path)) {
    return { info: { ...rest, ...(info.size === undefined ? {} : { size: info.size }) } };
  }
  return { info, ...(crc64 === undefined ? {} : { crc64 }) };
}

/** @throws DownloadError `CHECKSUM_MISMATCH` */
export function verify(crc64: bigint, expected: Expectation): void {
  if (expected.crc64 === undefined || expected.crc64 === crc64) return;
  throw new DownloadError(`the bytes received are not the object's: CRC-64 ${crc64} instead of ${expected.crc64}`, {
    code: 'CHECKSUM_MISMATCH',
    retryable: true,
  });
}
