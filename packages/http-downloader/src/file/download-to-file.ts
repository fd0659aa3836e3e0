import { checkArgument, defined, takes } from '@ossgrant/credentials-core/internal';
import { checkSource } from '../check-arguments.ts';
import { DownloadError } from '../download-error.ts';
import type { DownloadResult } from '../download.ts';
import { isResumable, type ObjectResponse } from '../object-response.ts';
import type { RequestSource } from '../request-source.ts';
import { openResponse } from '../session/read-range.ts';
import { createStop, type Stop } from '../session/first-attempt.ts';
import { withDefaultTimeouts } from '../session/limits.ts';
import { retryPolicy } from '../session/retry.ts';
import { createSession, type Session } from '../session/session.ts';
import { expectationOf } from '../verify.ts';
import { createBlockPool, type BlockPool } from './block-pool.ts';
import type { Budget } from './budget.ts';
import { namingTarget } from './disk.ts';
import { downloadInParts, resumeInParts } from './download-in-parts.ts';
import { downloadSmall, mayBeSmall } from './download-small.ts';
import { downloadWhole } from './download-whole.ts';
import { checkFileOptions, type FileDownloadOptions, type FileJob, FIRST_PART } from './job.ts';
import { removeEarlierPart } from './part-file.ts';
import { hasCheckpoint, resolveTarget } from './target.ts';

/**
 * Downloads to a file. The bytes go to a temporary file beside it, which takes the target's place only when it is complete,
 * checked and on the disk: on any failure a file that was there before stays as it was. Large objects are fetched in parts
 * over several connections; the next run resumes what a failed one leaves of them.
 *
 * @throws DownloadError; the signal's reason when it is aborted; TypeError and RangeError for wrong arguments, before any request
 */
export async function downloadToFile(
  source: RequestSource,
  path: string,
  options: FileDownloadOptions = {},
): Promise<DownloadResult> {
  checkSource('downloadToFile', source);
  checkArgument('downloadToFile', 'path', path, takes.filledText);
  checkFileOptions(options);
  if (options.retry !== undefined) retryPolicy(options.retry);
  return downloadChecked(source, path, options, { blocks: createBlockPool(), stop: createStop(options.signal) });
}

/** What a download has from its caller, who may share it between downloads. */
export interface FileDownloadStart {
  readonly blocks: BlockPool;
  readonly stop: Stop;
  /** Where connections beyond the first come from. @default no limit but the download's own */
  readonly budget?: Budget;
  /** Whether the file gets the object's modification time. @default false */
  readonly keepsTime?: boolean;
}

/** Downloads to a file; the arguments are checked but for the range of numbers. `stop` takes the place of the option `signal`. */
export async function downloadChecked(
  source: RequestSource,
  path: string,
  options: FileDownloadOptions,
  { blocks, stop, budget, keepsTime = false }: FileDownloadStart,
): Promise<DownloadResult> {
  const timeouts = withDefaultTimeouts(options.timeouts);
  let session: Session | undefined;
  try {
    stop.signal.throwIfAborted();
    const target = await resolveTarget(path);
    const isLeft = options.resume !== false && (await hasCheckpoint(target));
    const isSmall = !isLeft && mayBeSmall(options);
    const first = isSmall
      ? await downloadSmall({ source, target, blocks, stop, timeouts, options, keepsTime })
      : undefined;
    if (first !== undefined && 'bytes' in first) return first;
    session = createSession(source, options, { blocks, stop, ...defined({ first }) });
    const job = { source, target, session, blocks, options, keepsTime, ...defined({ budget }) };
    return await (isLeft ? downloadRest(job) : downloadFresh(job));
  } catch (error) {
    stop.stop(error);
    throw namingTarget(error, path);
  } finally {
    session?.close();
  }
}

async function downloadRest(job: FileJob): Promise<DownloadResult> {
  const resumed = await resumeInParts(job);
  if (resumed !== undefined) return resumed;
  job.session.expect(undefined);
  const result = await downloadFresh(job);
  await removeEarlierPart(job.target);
  return result;
}

async function downloadFresh(job: FileJob): Promise<DownloadResult> {
  const { session, options } = job;
  const partSize = options.partSize ?? FIRST_PART;
  // A range rather than HEAD, which a signed GET link does not allow. OSS sends all of an object that is smaller.
  const first = await openFirst(session, partSize);
  const expected = expectationOf(first);
  session.expect(expected.info);
  const { size } = expected.info;
  const isWhole = first.response.status === 200 || (size !== undefined && size <= partSize);
  if (isWhole) return downloadWhole(job, first);
  if (isResumable(expected.info)) return downloadInParts(job, { first, expected });
  // Parts of two versions could not be distinguished.
  first.response.discard();
  session.expect(undefined);
  const whole = await openResponse(session);
  session.expect(expectationOf(whole).info);
  return downloadWhole(job, whole);
}

// Some servers cannot deal with ranges at all.
async function openFirst(session: Session, partSize: number): Promise<ObjectResponse> {
  try {
    return await openResponse(session, { start: 0, end: partSize }, isNoRange);
  } catch (error) {
    if (!isNoRange(error)) throw error;
    return openResponse(session);
  }
}

function isNoRange(error: unknown): boolean {
  return error instanceof DownloadError && (error.code === 'RANGE_MISMATCH' || error.status === 416);
}
