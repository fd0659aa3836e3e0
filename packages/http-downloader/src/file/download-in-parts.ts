import { defined } from '@ossgrant/credentials-core/internal';
import { DownloadError } from '../download-error.ts';
import type { DownloadResult } from '../download.ts';
import type { ObjectResponse, ByteRange } from '../object-response.ts';
import { createProgressMeter, type ProgressMeter } from '../progress.ts';
import { openResponse } from '../session/read-range.ts';
import type { Session } from '../session/session.ts';
import { areWrongBytes, assertVerifiable, expectationOf, verify, type Expectation } from '../verify.ts';
import { factsOf, type Checkpoint } from '../checkpoint.ts';
import { readCheckpoint } from './checkpoint.ts';
import { giveTime, onDisk } from './disk.ts';
import { fetchParts } from './fetch-parts.ts';
import { type FileJob, FIRST_PART, MAX_CONNECTIONS, partSizeFor } from './job.ts';
import { giveSize, openPartFile, type PartFile } from './part-file.ts';
import { assertRoom } from './target.ts';

/** What is known when parts are fetched. */
export interface PartsStart {
  /** Response to the first missing range. */
  readonly first: ObjectResponse;
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
    const areWrong = areWrongBytes(error);
    if (areWrong) job.session.wrongBytes();
    // Wrong bytes cannot be resumed.
    await partFile.abandon(job.options.resume === false || areWrong ? 'remove' : 'keep');
    throw error;
  }
}

/** Fetches what is missing in the file, checks the whole and puts it in place. */
export async function completeParts(job: FileJob, partFile: PartFile, start: PartsStart): Promise<DownloadResult> {
  const { session, source, target, options } = job;
  const { info } = start.expected;
  assertVerifiable(start.first, start.expected, options);
  const size = info.size ?? 0;
  const resumedFrom = partFile.bytes();
  partFile.describe(source.identity, info);
  await assertRoom(target, size - resumedFrom);
  await giveSize(partFile.file, size);
  const meter = createProgressMeter({
    clock: session.clock,
    totalBytes: size,
    ...defined({ onProgress: options.onProgress }),
  });
  await fetchMissing(job, partFile, { size, meter, first: start.first });
  let crc64 = partFile.crc64();
  if (start.expected.crc64 !== undefined && crc64 !== start.expected.crc64) {
    crc64 = await repair(job, partFile, { size, meter });
  }
  const verified = verify({ crc64 }, start.expected);
  // First, as what a caller's callback throws ends the download: the older file is still there.
  meter.finish();
  if (job.keepsTime) await giveTime(partFile.file, info.lastModified);
  await partFile.finish();
  return {
    bytes: size,
    crc64,
    verified,
    attempts: session.attempts(),
    resumedFrom,
    info,
  };
}

interface Fetching {
  readonly size: number;
  readonly meter: ProgressMeter;
  readonly first?: ObjectResponse;
}

async function fetchMissing(job: FileJob, partFile: PartFile, { size, meter, first }: Fetching): Promise<void> {
  const { session, source, blocks, options, budget } = job;
  const { partSize } = options;
  // The first was asked for before the size was known.
  const ranges = partFile.missing(size, partSize ?? partSizeFor(size), partSize ?? FIRST_PART);
  if (ranges.length === 0) {
    first?.response.discard();
    return;
  }
  let received = partFile.bytes();
  await fetchParts({
    session,
    identity: source.identity,
    file: partFile.file,
    blocks,
    ranges,
    first,
    maxConnections: options.connections ?? MAX_CONNECTIONS,
    ...defined({ budget }),
    onBytes: (bytes) => meter.report((received += bytes)),
    onWritten: (segment) => partFile.written(segment),
  });
}

// OSS sends no checksum of a part. If the file differs from what was received, the bad parts are fetched again. Otherwise the
// server or something on the way was at fault, and any part may be bad: all are fetched again, once.
async function repair(job: FileJob, partFile: PartFile, fetching: Fetching): Promise<bigint> {
  job.session.wrongBytes();
  const isAllAsReceived = await partFile.check();
  if (isAllAsReceived) partFile.reset([]);
  await fetchMissing(job, partFile, fetching);
  return partFile.crc64();
}

/**
 * Resumes what an earlier run left. Undefined when that is of another object or version, or garbled: it stays on the disk until the
 * caller has something better.
 */
export async function resumeInParts(job: FileJob): Promise<DownloadResult | undefined> {
  const partFile = await openPartFile(job);
  return withPartFile(job, partFile, async () => {
    const checkpoint = await readCheckpoint(job.target.checkpoint);
    const start = checkpoint === undefined ? undefined : await openRest(job, partFile, checkpoint);
    if (start !== undefined) return completeParts(job, partFile, start);
    await partFile.abandon('leave');
    return undefined;
  });
}

/** Asks for what is missing. Undefined when the server has other bytes than those in the file. */
async function openRest(
  { session, source, options }: FileJob,
  partFile: PartFile,
  checkpoint: Checkpoint,
): Promise<PartsStart | undefined> {
  const known = factsOf(checkpoint);
  // From here on a failure keeps what is there.
  partFile.describe(checkpoint.identity, known);
  partFile.reset(checkpoint.segments);
  await partFile.check();
  const [missing] = partFile.missing(checkpoint.size, options.partSize ?? FIRST_PART);
  // Also when nothing is missing: the object may have been replaced since, or the permission revoked.
  const range = missing ?? { start: 0, end: 1 };
  const isSameLink = checkpoint.identity === source.identity;
  if (isSameLink) session.expect(known);
  const first = await openUnlessChanged(session, range);
  if (first === undefined) return undefined;
  const { info, crc64 = known.crc64 } = expectationOf(first);
  // Entity tags are unique for one address only: another must have the very bytes.
  if (!isSameLink && (info.size !== known.size || info.crc64 === undefined || info.crc64 !== known.crc64)) {
    first.response.discard();
    return undefined;
  }
  const expected = { info: { ...known, ...info }, ...defined({ crc64 }) };
  session.expect(expected.info);
  return { first, expected };
}

// An object that was replaced, or became shorter, before this run does not make this run fail.
async function openUnlessChanged(session: Session, range: ByteRange): Promise<ObjectResponse | undefined> {
  try {
    return await openResponse(session, range);
  } catch (error) {
    if (error instanceof DownloadError && (error.code === 'OBJECT_CHANGED' || error.status === 416)) return undefined;
    throw error;
  }
}
