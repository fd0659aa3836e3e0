import type { DownloadResult, ObjectInfo } from '../download.ts';
import { checkResponse, isProcessed, parseContentRange, type ByteRange } from '../object-response.ts';
import type { RequestSource } from '../request-source.ts';
import { attemptFirst, type FirstAttempt, type Stop } from '../session/first-attempt.ts';
import type { Timeouts } from '../session/limits.ts';
import type { Collected, TransportResponse } from '../transport/transport.ts';
import type { BlockPool } from './block-pool.ts';
import { FIRST_PART, type FileDownloadOptions } from './job.ts';
import type { Target } from './target.ts';
import { writeSmall } from './write-small.ts';

/** What the way of small objects needs. */
export interface SmallJob {
  readonly source: RequestSource;
  readonly target: Target;
  readonly blocks: BlockPool;
  readonly stop: Stop;
  readonly timeouts: Timeouts;
  readonly options: FileDownloadOptions;
  readonly keepsTime: boolean;
}

/** Largest object that is received as one piece. */
const SMALL = 1 << 18;
// The mean speed of a connection is judged after so long.
const PATIENCE_MS = 30_000;

/** Whether the first attempt can be made without a session: nothing must limit the speed, or the time of the whole. */
export function mayBeSmall({ bandwidthLimit, retry }: FileDownloadOptions): boolean {
  return bandwidthLimit === undefined && retry?.deadlineMs === undefined;
}

/**
 * The short way of a small object that comes whole, with its CRC-64, at the first attempt: received as one piece, compared, written and
 * put in place. Anything else is returned as the first attempt of the long way, which nothing has been lost for.
 *
 * @throws DownloadError of the disk; the signal's reason when it is aborted
 */
export async function downloadSmall(job: SmallJob): Promise<DownloadResult | FirstAttempt> {
  const { source, target, blocks, stop, timeouts, options, keepsTime } = job;
  const { signal } = stop;
  const range = { start: 0, end: options.partSize ?? FIRST_PART };
  const collect = (status: number, header: TransportResponse['header']): Collected | undefined =>
    collectedOf(status, header, timeouts.minBytesPerSecond);
  const first = await attemptFirst({ source, range, signal, timeouts, blocks, direct: options.direct, collect });
  if ('error' in first || first.response.content === undefined) return first;
  const { content } = first.response;
  const crc64 = blocks.crc64(content, 0n);
  const info = isProcessed(first.request.path) ? undefined : infoOf(first.response, range);
  if (info?.crc64 !== crc64) return first;
  const { length } = content;
  // As when it comes in pieces: what it throws ends the download, with the older file as it was.
  options.onProgress?.({ receivedBytes: length, totalBytes: length });
  try {
    await writeSmall(target, { content, modified: keepsTime ? info.lastModified : undefined, signal });
  } finally {
    blocks.give(content);
  }
  return { bytes: length, crc64, verified: 'crc64', attempts: first.attempts, resumedFrom: 0, info };
}

function collectedOf(
  status: number,
  header: TransportResponse['header'],
  minBytesPerSecond: number,
): Collected | undefined {
  const announced = header('content-length') ?? '';
  if (header('x-oss-hash-crc64ecma') === undefined || !/^\d{1,6}$/.test(announced)) return undefined;
  const length = Number(announced);
  if (length > SMALL) return undefined;
  if (status !== 200 && !(status === 206 && parseContentRange(header('content-range'))?.total === length)) {
    return undefined;
  }
  const ms = minBytesPerSecond === 0 ? 0 : Math.max(PATIENCE_MS, (length * 1000) / minBytesPerSecond);
  return { length, withinMs: Math.ceil(ms) };
}

function infoOf(response: TransportResponse, range: ByteRange): ObjectInfo | undefined {
  try {
    return checkResponse(response, range, undefined).info;
  } catch {
    return undefined;
  }
}
