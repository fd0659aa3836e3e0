import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  futimesSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
  type BigIntStats,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { called, giveTime, onDisk, promptly, writeAt } from './disk.ts';
import { removeLeftoversOnce, temporaryName } from './leftovers.ts';
import { thisFileSystem } from './own-file.ts';
import { assertSame, isInMemory, renameOwn, syncFolder } from './put-in-place.ts';
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
 * Writes a small file and puts it in the target's place. Where there is no older file, and the disk answers from memory, this thread
 * makes all calls but the syncs, one right after another: to wait for each takes as long as the calls themselves.
 */
export async function writeSmall(target: Target, file: SmallFile): Promise<void> {
  // What an older file has is kept: its owner, its mode and its other names.
  if (target.existing === undefined && (await writeNew(target, file))) return;
  const { content, modified, signal } = file;
  await writeWhole(target, { size: content.length, signal }, async (whole) => {
    await onDisk(writeAt(whole, content, 0));
    await giveTime(whole, modified);
  });
}

interface Created {
  readonly fd: number;
  readonly own: BigIntStats;
}

/** Returns false, with nothing done, where calls of the disk are left to other threads. */
async function writeNew(target: Target, file: SmallFile): Promise<boolean> {
  const folder = dirname(target.path);
  const temporary = join(folder, await temporaryName());
  const create = (): Created => createNow(temporary, modeFor(target), file);
  const created = await onDisk(promptly(create, async () => undefined));
  if (created === undefined) return false;
  const { fd, own } = created;
  try {
    const isLasting = !(await isInMemory(folder));
    if (isLasting) await onDisk(called((done) => fsync(fd, done)));
    file.signal.throwIfAborted();
    const rename = (): void => renameNow(temporary, target.path, own);
    await onDisk(promptly(rename, () => renameOwn(temporary, target.path, own)));
    if (isLasting) await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  } finally {
    quietly(() => closeSync(fd));
  }
  await removeLeftoversOnce(folder);
  return true;
}

function createNow(path: string, mode: number, { content, modified }: SmallFile): Created {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | thisFileSystem.noFollow, mode);
  try {
    for (let at = 0; at < content.length;) at += writeSync(fd, content, at, content.length - at, at);
    // A file system that keeps no times is not a reason to fail.
    if (modified !== undefined) quietly(() => futimesSync(fd, new Date(), modified));
    return { fd, own: fstatSync(fd, { bigint: true }) };
  } catch (error) {
    quietly(() => closeSync(fd));
    quietly(() => rmSync(path, { force: true }));
    throw error;
  }
}

function renameNow(from: string, to: string, own: BigIntStats): void {
  assertSame(from, factsNow(from), own);
  renameSync(from, to);
  assertSame(to, factsNow(to), own);
}

function factsNow(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // The outcome does not depend on it.
  }
}
