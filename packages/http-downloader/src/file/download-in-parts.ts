import { transport } from '#transport';
import type { DownloadResult } from '../contracts.ts';
import { DownloadError } from '../download-error.ts';
import { verify, type Expectation } from '../expectation.ts';
import type { Answer } from '../session.ts';
import { createProgressMeter, type ProgressMeter } from '../watch/progress-meter.ts';
import { checkSegments } from './check-segments.ts';
import { fetchParts } from './fetch-parts.ts';
import type { FileJob } from './file-job.ts';
import { giveSize } from './give-size.ts';
import { onDisk } from './on-disk.ts';
import { openPartFile, type PartFile } from './part-file.ts';
import { FIRST_PART, MAX_CONNECTIONS, partSizeFor } from './plan.ts';
import { combineSegments, missingRanges } from './segments.ts';
import { assertRoom } from './target.ts';

/** What is known when parts are fetched. */
export interface PartsStart {
  /** Answer for the first missing range. */
  readonly first: Answer;
  readonly expected: Expectation;
}

/** Downloads in parts, from the first one on. */
export async function downloadInParts(job: FileJob, start: PartsStart): Promise<DownloadResult> {
  let partFile: PartFile;
  try {
    partFile = await openPartFile(job);
  } catch (error) {
    start.first.response.discard();
    throw error;
  }
  return withPartFile(job, partFile, async () => {
    await onDisk(partFile.file.truncate(0));
    return completeParts(job, partFile, start);
  });
}

/** Runs with a file that is left to the next run, or removed, when that fails. */
export async function withPartFile<T>(job: FileJob, partFile: PartFile, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    job.session.cancel(error);
    // Bytes that are known to be wrong are nothing to go on from.
    const isWrong = error instanceof DownloadError && error.code === 'CHECKSUM_MISMATCH';
    await partFile.abandon(job.options.resume === false || isWrong ? 'remove' : 'keep');
    throw error;
  }
}

/** Fetches what is missing in the file, checks the whole and puts it in place. */
export async function completeParts(job: FileJob, partFile: PartFile, start: PartsStart): Promise<DownloadResult> {
  const { session, target, options } = job;
  const { info } = start.expected;
  const size = info.size ?? 0;
  const resumedFrom = bytesOf(partFile);
  partFile.describe(info);
  await assertRoom(target, size - resumedFrom);
  await giveSize(partFile.file, size);
  const meter = createProgressMeter({
    clock: session.clock,
    totalBytes: size,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  await fetchMissing(job, partFile, { size, meter, first: start.first });
  let crc64 = combineSegments(partFile.segments());
  if (start.expected.crc64 !== undefined && crc64 !== start.expected.crc64) {
    crc64 = await repair(job, partFile, { size, meter });
  }
  const verified = verify({ crc64 }, start.expected);
  // First, as what a caller's callback throws ends the download: the older file is still there.
  meter.finish();
  await partFile.finish();
  return {
    bytes: size,
    crc64,
    verified,
    attempts: session.attempts(),
    resumedFrom,
  };
}

interface Fetching {
  readonly size: number;
  readonly meter: ProgressMeter;
  readonly first?: Answer;
}

async function fetchMissing(job: FileJob, partFile: PartFile, { size, meter, first }: Fetching): Promise<void> {
  const { session, source, blocks, options } = job;
  const { partSize } = options;
  // The first was asked for before the size was known.
  const ranges = missingRanges(partFile.segments(), size, partSize ?? partSizeFor(size), partSize ?? FIRST_PART);
  if (ranges.length === 0) {
    first?.response.discard();
    return;
  }
  let received = bytesOf(partFile);
  await fetchParts({
    session,
    identity: source.identity,
    file: partFile.file,
    blocks,
    ranges,
    first,
    maxConnections: options.connections ?? MAX_CONNECTIONS,
    onBytes: (bytes) => meter.report((received += bytes)),
    onWritten: (segment) => partFile.written(segment),
  });
}

// OSS gives no checksum of a part. If the file is not what was received, its bad parts are fetched again; else the server or
// something on the way was at fault, and any part may be bad. Once.
async function repair(job: FileJob, partFile: PartFile, fetching: Fetching): Promise<bigint> {
  transport.onWrongBytes?.();
  const all = partFile.segments();
  const good = await checkSegments(partFile.file, all, job.session.signal);
  partFile.reset(good.length < all.length ? good : []);
  await fetchMissing(job, partFile, fetching);
  return combineSegments(partFile.segments());
}

function bytesOf(partFile: PartFile): number {
  return partFile.segments().reduce((sum, { start, end }) => sum + end - start, 0);
}
