import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  futimesSync,
  lstatSync,
  openSync,
  renameSync,
  writeSync,
  type BigIntStats,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { called, giveTime, onDisk, promptly, writeAt } from './disk.ts';
import { removeLeftoversOnce, temporaryName } from './leftovers.ts';
import { thisFileSystem } from './own-file.ts';
import { assertSame, isInMemory, syncFolder } from './put-in-place.ts';
import { modeFor, type Target } from './target.ts';
import { writeWhole } from './write-whole.ts';

/** A file that is complete in memory. */
export interface SmallFile {
  readonly content: Uint8Array;
  /** Its time; undefined for now. */
  readonly modified: Date | undefined;
  readonly signal: AbortSignal;
}

/**
 * Writes a small file and puts it in the target's place. Where there is no older file, and the disk answers from memory, all calls but
 * the syncs are made one right after another: to wait for each takes as long as the calls themselves.
 */
export async function writeSmall(target: Target, file: SmallFile): Promise<void> {
  // What an older file has is kept: its owner, its mode and its other names.
  const isWritten = target.existing === undefined && (await writeNew(target, file));
  if (isWritten) return;
  const { content, modified, signal } = file;
  await writeWhole(target, { size: content.length, signal }, async (whole) => {
    await onDisk(writeAt(whole, content, 0));
    await giveTime(whole, modified);
  });
}

/** Returns false, with nothing done, where calls of the disk are left to other threads. */
async function writeNew(target: Target, file: SmallFile): Promise<boolean> {
  const folder = dirname(target.path);
  const temporary = join(folder, await temporaryName());
  const create = (): number =>
    openSync(
      temporary,
      constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | thisFileSystem.noFollow,
      modeFor(target),
    );
  const fd = await onDisk(promptly(create, async () => undefined));
  if (fd === undefined) return false;
  try {
    const fill = (): BigIntStats => fillNow(fd, file);
    const own = await onDisk(promptly(fill, async () => fill()));
    const isLasting = !(await isInMemory(folder));
    if (isLasting) await onDisk(called((done) => fsync(fd, done)));
    file.signal.throwIfAborted();
    const rename = (): void => renameNow(temporary, target.path, own);
    await onDisk(promptly(rename, async () => rename()));
    if (isLasting) await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  } finally {
    closeNow(fd);
  }
  await removeLeftoversOnce(folder);
  return true;
}

function fillNow(fd: number, { content, modified }: SmallFile): BigIntStats {
  for (let at = 0; at < content.length;) at += writeSync(fd, content, at, content.length - at, at);
  try {
    if (modified !== undefined) futimesSync(fd, new Date(), modified);
  } catch {
    // A file system that keeps no times is not a reason to fail.
  }
  return fstatSync(fd, { bigint: true });
}

function renameNow(from: string, to: string, own: BigIntStats): void {
  assertSame(from, factsNow(from), own);
  renameSync(from, to);
  assertSame(to, factsNow(to), own);
}

function factsNow(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

function closeNow(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // All that was to be written has been.
  }
}
