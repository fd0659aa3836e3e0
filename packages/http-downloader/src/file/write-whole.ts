import { constants } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onDisk, openFile, type OpenFile } from './disk.ts';
import { removeLeftoversOnce, temporaryName } from './leftovers.ts';
import { thisFileSystem } from './own-file.ts';
import { putInPlace } from './put-in-place.ts';
import { assertRoom, modeFor, type Target } from './target.ts';

/** What is written. */
export interface WholeFile {
  /** In bytes; 0 when it is not known. */
  readonly size: number;
  readonly signal: AbortSignal;
}

/** Fills a temporary file of its own, which no failure leaves behind, and puts it in the target's place. */
export async function writeWhole<T>(
  target: Target,
  { size, signal }: WholeFile,
  fill: (file: OpenFile) => Promise<T>,
): Promise<T> {
  const folder = dirname(target.path);
  const temporary = join(folder, await temporaryName());
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | thisFileSystem.noFollow;
  let file: OpenFile | undefined;
  let isOnlyCopy = false;
  try {
    await assertRoom(target, size);
    file = await onDisk(openFile(temporary, flags, modeFor(target)));
    const filled = await fill(file);
    const onOverwrite = (): void => void (isOnlyCopy = true);
    await putInPlace({ file, from: temporary, target, signal, onOverwrite });
    await file.close().catch(() => {});
    await removeLeftoversOnce(folder);
    return filled;
  } catch (error) {
    await file?.close().catch(() => {});
    if (file !== undefined && !isOnlyCopy) await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}
