import { constants } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { formatCheckpoint, parseCheckpoint, type Checkpoint } from '../checkpoint.ts';
import { onDisk } from './disk.ts';
import { createOwn, openOwn } from './own-file.ts';

// What others may have written is read only so far. Four thousand parts take 0.3 MB.
const MAX_BYTES = 4 << 20;

/** Writes a checkpoint so that a reader finds the old one or the new one, whole. */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const text = formatCheckpoint(checkpoint);
  const temporary = temporaryOf(path);
  try {
    const file = await onDisk(createOwn(temporary, 0o600));
    try {
      await onDisk(file.writeFile(text));
    } finally {
      await file.close();
    }
    await onDisk(rename(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** Removes a checkpoint, and what a crash while writing it may have left. */
export async function removeCheckpoint(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {});
  await rm(temporaryOf(path), { force: true }).catch(() => {});
}

/** Reads a checkpoint; undefined if it is missing, another user's, garbled, of another format or larger than any can be. */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  const file = await openOwn(path, constants.O_RDONLY);
  if (file === undefined) return undefined;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
    return bytesRead > MAX_BYTES ? undefined : parseCheckpoint(buffer.toString('utf8', 0, bytesRead));
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

// Always the same, as the lock keeps others away.
function temporaryOf(path: string): string {
  return `${path}.new`;
}
