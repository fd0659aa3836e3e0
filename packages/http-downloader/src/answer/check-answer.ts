import type { ObjectInfo } from '../contracts.ts';
import { DownloadError } from '../download-error.ts';
import { readObjectInfo } from '../object-info.ts';
import type { TransportResponse } from '../transport/transport.ts';
import { parseContentRange, type ByteRange } from './content-range.ts';

/** An answer with bytes of the object, and which. */
export interface CheckedAnswer {
  /** Of the whole object. */
  readonly info: ObjectInfo;
  /** First byte that the body holds. */
  readonly start: number;
}

/**
 * Tells what a 200 or 206 holds. A 200 to a range is the whole object from byte 0: OSS ignores ranges that it cannot use.
 *
 * @param asked range of the request; absent when it had none
 * @param known facts of the object from the first answer
 * @throws DownloadError `RANGE_MISMATCH` for other bytes than those asked for, `OBJECT_CHANGED` for another object
 */
export function checkAnswer(
  response: TransportResponse,
  asked: ByteRange | undefined,
  known: ObjectInfo | undefined,
): CheckedAnswer {
  const answer =
    response.status === 206 ? checkPart(response, asked, known) : { info: readObjectInfo(response), start: 0 };
  if (known !== undefined) assertSame(answer.info, known);
  return answer;
}

function checkPart(
  response: TransportResponse,
  asked: ByteRange | undefined,
  known: ObjectInfo | undefined,
): CheckedAnswer {
  const range = parseContentRange(response.header('content-range'));
  if (asked === undefined || range === undefined) throw mismatch('the answer does not say which bytes it holds');
  const total = range.total ?? known?.size;
  if (total === undefined) throw mismatch('the answer does not say how long the object is');
  if (known?.size !== undefined && total !== known.size) throw changed();
  if (range.start !== asked.start || range.end !== Math.min(asked.end, total)) {
    throw mismatch(`asked for bytes from ${asked.start}, got ${range.start} to ${range.end}`);
  }
  const { md5, ...info } = readObjectInfo(response);
  // Of the part or of the whole? Only where these are the same it is clear.
  const isWhole = range.end - range.start === total;
  return { info: { ...info, size: total, ...(isWhole && md5 !== undefined ? { md5 } : {}) }, start: range.start };
}

// The bytes of two versions must never meet in one file.
function assertSame(now: ObjectInfo, known: ObjectInfo): void {
  const differs = (['etag', 'crc64', 'size'] as const).some(
    (name) => now[name] !== undefined && known[name] !== undefined && now[name] !== known[name],
  );
  if (differs) throw changed();
}

/** The error for an object that was replaced meanwhile. */
export function changed(): DownloadError {
  return new DownloadError('the object was replaced while it was being received', {
    code: 'OBJECT_CHANGED',
    retryable: false,
  });
}

function mismatch(says: string): DownloadError {
  return new DownloadError(says, { code: 'RANGE_MISMATCH', retryable: true });
}
