import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { defined } from '@ossgrant/credentials-core/internal';
import type { DownloadResult } from '../download.ts';
import type { ObjectResponse } from '../object-response.ts';
import { createProgressMeter } from '../progress.ts';
import { openResponse } from '../session/read-range.ts';
import { areWrongBytes, verify, type Expectation } from '../verify.ts';
import { onDisk, type OpenFile, openFile } from './disk.ts';
import type { FileJob } from './job.ts';
import { receive } from './receive.ts';
import type { Segment } from './segments.ts';
import { assertRoom, moveIntoPlace } from './target.ts';

const BLOCK = 1 << 20;

/** MD5 of a file, in Base64. Old objects without CRC-64 are few: reading them once more spares the others a second sum. */
export async function md5OfFile(file: OpenFile, signal: AbortSignal): Promise<string> {
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
export async function downloadWhole(
  job: FileJob,
  opened: ObjectResponse,
  expected: Expectation,
): Promise<DownloadResult> {
  const { session, target } = job;
  const temporary = join(dirname(target.path), `.${randomUUID()}.ossgrant-part`);
  let file: OpenFile | undefined;
  try {
    await assertRoom(target, expected.info.size ?? 0);
    file = await onDisk(openFile(temporary, 'wx+'));
    const { end, crc64, verified } = await receiveChecked(job, file, opened, expected);
    await onDisk(file.sync());
    await onDisk(file.close());
    session.signal.throwIfAborted();
    await moveIntoPlace(temporary, target);
    return {
      bytes: end,
      crc64,
      verified,
      attempts: session.attempts(),
      resumedFrom: 0,
    };
  } catch (error) {
    session.cancel(error);
    opened.response.discard();
    await file?.close().catch(() => {});
    if (file !== undefined) await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

// Wrong bytes are fetched once more: a proxy or the memory of a machine on the way may have been at fault.
async function receiveChecked(
  job: FileJob,
  file: OpenFile,
  opened: ObjectResponse,
  expected: Expectation,
): Promise<Segment & Pick<DownloadResult, 'verified'>> {
  const { session, blocks, options } = job;
  const { size } = expected.info;
  const meter = createProgressMeter({
    clock: session.clock,
    ...defined({ totalBytes: size, onProgress: options.onProgress }),
  });
  for (let response = opened, mayRepeat = true; ; mayRepeat = false) {
    let bytes = 0;
    const onBytes = (more: number): void => meter.report((bytes += more));
    const segment = await receive({
      session,
      file,
      blocks,
      range: { start: 0, end: size ?? Infinity },
      opened: response,
      onBytes,
    });
    try {
      const md5 = expected.md5 === undefined ? undefined : await md5OfFile(file, session.signal);
      const verified = verify({ crc64: segment.crc64, md5 }, expected);
      meter.finish();
      return { ...segment, verified };
    } catch (error) {
      if (!areWrongBytes(error)) throw error;
      session.wrongBytes();
      if (!mayRepeat) throw error;
      response = await openResponse(session);
      await onDisk(file.truncate(0));
    }
  }
}
