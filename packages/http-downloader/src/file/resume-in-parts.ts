import type { DownloadResult } from '../contracts.ts';
import { DownloadError } from '../download-error.ts';
import { openAnswer } from '../read-range.ts';
import type { ByteRange } from '../answer/content-range.ts';
import type { Answer, Session } from '../session.ts';
import { checkSegments } from './check-segments.ts';
import { factsOf, readCheckpoint, type Checkpoint } from './checkpoint.ts';
import { completeParts, withPartFile } from './download-in-parts.ts';
import type { FileJob } from './file-job.ts';
import { openPartFile, type PartFile } from './part-file.ts';
import { FIRST_PART } from './plan.ts';
import { missingRanges } from './segments.ts';

/**
 * Goes on from what an earlier run left. Undefined when that is of no use: it is of another object or version, or garbled.
 * Then it has been removed.
 */
export async function resumeInParts(job: FileJob): Promise<DownloadResult | undefined> {
  const partFile = await openPartFile(job);
  return withPartFile(job, partFile, async () => {
    const checkpoint = await readCheckpoint(job.target.checkpoint, job.source.identity);
    const result = checkpoint === undefined ? undefined : await resume(job, partFile, checkpoint);
    if (result === undefined) await partFile.abandon('remove');
    return result;
  });
}

async function resume(job: FileJob, partFile: PartFile, checkpoint: Checkpoint): Promise<DownloadResult | undefined> {
  const { session, options } = job;
  const info = factsOf(checkpoint);
  session.expect(info);
  // From here on a failure keeps what is there.
  partFile.describe(info);
  partFile.reset(checkpoint.segments);
  const { size } = checkpoint;
  const present = await checkSegments(partFile.file, checkpoint.segments, session.signal);
  partFile.reset(present);
  const missing = missingRanges(present, size, options.partSize ?? FIRST_PART);
  // Also when nothing is missing: the object may have been replaced since, or the permission taken back.
  const first = await openUnlessChanged(session, missing[0] ?? { start: 0, end: 1 });
  if (first === undefined) return undefined;
  const crc64 = info.crc64 === undefined ? {} : { crc64: info.crc64 };
  return completeParts(job, partFile, { first, expected: { info, ...crc64 } });
}

// If it was replaced before this run, that is no failure of this run.
async function openUnlessChanged(session: Session, range: ByteRange): Promise<Answer | undefined> {
  try {
    return await openAnswer(session, range);
  } catch (error) {
    if (error instanceof DownloadError && error.code === 'OBJECT_CHANGED') return undefined;
    throw error;
  }
}
