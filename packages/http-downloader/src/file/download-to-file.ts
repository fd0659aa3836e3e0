import { checkArgument, takes } from '@ossgrant/credentials-core/internal';
import { checkSource } from '../check-arguments.ts';
import { DownloadError } from '../download-error.ts';
import type { DownloadResult } from '../download.ts';
import { isResumable, type ObjectResponse } from '../object-response.ts';
import type { RequestSource } from '../request-source.ts';
import { openResponse } from '../session/read-range.ts';
import { createSession, type Session } from '../session/session.ts';
import { expectationOf } from '../verify.ts';
import { createBlockPool } from './block-pool.ts';
import { namingTarget } from './disk.ts';
import { downloadInParts, resumeInParts } from './download-in-parts.ts';
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
  const blocks = createBlockPool();
  const session = createSession(source, options, blocks);
  try {
    session.signal.throwIfAborted();
    const target = await resolveTarget(path);
    return await download({ source, session, blocks, target, options });
  } catch (error) {
    session.cancel(error);
    throw namingTarget(error, path);
  } finally {
    session.close();
  }
}

async function download(job: FileJob): Promise<DownloadResult> {
  const { session, target, options } = job;
  if (options.resume === false || !(await hasCheckpoint(target))) return downloadFresh(job);
  const resumed = await resumeInParts(job);
  if (resumed !== undefined) return resumed;
  session.expect(undefined);
  const result = await downloadFresh(job);
  await removeEarlierPart(target);
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
  // Parts of two versions could not be told apart.
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
