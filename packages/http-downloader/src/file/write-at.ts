import type { FileHandle } from 'node:fs/promises';
import { sizeOf, trimBatch } from '../trim-batch.ts';

/** Writes all chunks from `position` on, also when the system takes only some of them at a time. */
export async function writeAt(
  file: Pick<FileHandle, 'writev'>,
  batch: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let rest = batch;
  for (let at = position; rest.length > 0;) {
    const { bytesWritten } = await file.writev(rest, at);
    at += bytesWritten;
    rest = trimBatch(rest, bytesWritten, sizeOf(rest));
  }
}
