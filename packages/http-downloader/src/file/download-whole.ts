import { createHash } from 'node:crypto';
import { defined } from '@ossgrant/credentials-core/internal';
import type { DownloadResult } from '../download.ts';
import type { ObjectResponse } from '../object-response.ts';
import { createProgressMeter } from '../progress.ts';
import { canResume, openResponse } from '../session/read-range.ts';
import { areWrongBytes, assertVerifiable, expectationOf, verify } from '../verify.ts';
import { giveTime, onDisk, type OpenFile } from './disk.ts';
import type { FileJob } from './job.ts';
import { receive } from './receive.ts';
import type { Segment } from '../segments.ts';
import { writeWhole } from './write-whole.ts';

const BLOCK = 1 << 20;

/** MD5 of a file, in Base64. Objects without CRC-64 are few and old: reading them once more spares the others a second sum. */
async function md5OfFile(file: OpenFile, signal: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  const block = Buffer.allocUnsafe(BLOCK);
  for (let at = 0; ;) {
    signal.throwIfAborted();
    const { bytesRead } = await onDisk(file.read(block, 0, BLOCK, at));
    if (bytesRead === 0) return hash.digest('base64');
    hash.update(block.subarray(0, bytesRead));
    at += bytesRead;
  }
}

/** Downloads by one request after the other, to a temporary file of its own that no failure leaves behind. */
export async function downloadWhole(job: FileJob, opened: ObjectResponse): Promise<DownloadResult> {
  const { session, target } = job;
  const { signal } = session;
  try {
    const { end, crc64, verified, info } = await writeWhole(target, { size: opened.info.size ?? 0, signal }, (file) =>
      receiveChecked(job, file, opened),
    );
    return { bytes: end, crc64, verified, attempts: session.attempts(), resumedFrom: 0, info };
  } catch (error) {
    session.cancel(error);
    opened.response.discard();
    throw error;
  }
}

type CheckedFile = Segment & Pick<DownloadResult, 'verified' | 'info'>;

// Wrong bytes are fetched once more: a proxy, or the memory of a machine on the way, may have been at fault. Where two versions
// could not be distinguished, a broken connection has all bytes fetched again: nobody has seen them yet.
async function receiveChecked(job: FileJob, file: OpenFile, opened: ObjectResponse): Promise<CheckedFile> {
  const { session } = job;
  const retry = session.createRetry();
  let mayRepeat = true;
  for (let response = opened; ;) {
    try {
      const received = await receiveOnce(job, file, response);
      if (job.keepsTime) await giveTime(file, received.info.lastModified);
      return received;
    } catch (error) {
      if (areWrongBytes(error)) {
        session.wrongBytes();
        if (!mayRepeat) throw error;
        mayRepeat = false;
      } else {
        if (canResume(session)) throw error;
        await retry.after(error);
      }
    }
    if (!canResume(session)) session.expect(undefined);
    response = await openResponse(session);
    session.expect(expectationOf(response).info);
    await onDisk(file.truncate(0));
  }
}

async function receiveOnce(
  { session, blocks, options }: FileJob,
  file: OpenFile,
  opened: ObjectResponse,
): Promise<CheckedFile> {
  const expected = expectationOf(opened);
  assertVerifiable(opened, expected, options);
  const { size } = expected.info;
  const meter = createProgressMeter({
    clock: session.clock,
    ...defined({ totalBytes: size, onProgress: options.onProgress }),
  });
  let bytes = 0;
  const onBytes = (more: number): void => meter.report((bytes += more));
  const range = { start: 0, end: size ?? Infinity };
  const segment = await receive({ session, file, blocks, range, opened, onBytes });
  const md5 = expected.md5 === undefined ? undefined : await md5OfFile(file, session.signal);
  const verified = verify({ crc64: segment.crc64, md5 }, expected);
  meter.finish();
  return { ...segment, verified, info: opened.info };
}
