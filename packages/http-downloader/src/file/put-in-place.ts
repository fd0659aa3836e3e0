import { constants, renameSync, statfsSync, type BigIntStats } from 'node:fs';
import { open, rename, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DownloadError } from '../download-error.ts';
import { giveTime, onDisk, openFile, promptly, writeAt, type OpenFile } from './disk.ts';
import { factsAt, isSameFile, thisFileSystem, type FileFacts } from './own-file.ts';
import { permissionsOf, type Target } from './target.ts';

// tmpfs and ramfs, as Linux numbers them.
const IN_MEMORY = new Set([0x01021994, 0x858458f6]);

// An answer serves the objects that follow one another at once: later a disk may be mounted there.
const SAME_MS = 100;
let latest: { readonly folder: string; readonly until: number; readonly answer: boolean } | undefined;

/**
 * Whether a folder is in memory only. To sync a file there does nothing, but on a thread of its own, which costs more than all
 * else that is done with a small file.
 */
export async function isInMemory(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const now = performance.now();
  if (latest?.folder === folder && now < latest.until) return latest.answer;
  const facts = await promptly(
    () => statfsSync(folder),
    () => statfs(folder),
  ).catch(() => undefined);
  const answer = facts !== undefined && IN_MEMORY.has(facts.type);
  latest = { folder, until: now + SAME_MS, answer };
  return answer;
}

interface Syncs {
  running: Promise<void>;
  /** Starts when the running one is over. */
  next?: Promise<void>;
}

/** Makes the names in a folder durable, as they are now. Some systems cannot open a folder: there it does nothing. */
export const syncFolder: (path: string) => Promise<void> = shareSyncs(async (path) => {
  const folder = await openFile(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close().catch(() => {});
});

/**
 * Lets those who ask at once share: a caller that asks during a sync, which may have read the folder before, waits for one that
 * starts after it.
 */
export function shareSyncs(sync: (path: string) => Promise<void>): (path: string) => Promise<void> {
  const folders = new Map<string, Syncs>();
  async function start(path: string): Promise<void> {
    const syncs: Syncs = { running: sync(path) };
    folders.set(path, syncs);
    await syncs.running;
    if (syncs.next === undefined) folders.delete(path);
  }
  return async (path) => {
    const syncs = folders.get(path);
    if (syncs === undefined) return start(path);
    syncs.next ??= syncs.running.then(() => start(path));
    return syncs.next;
  };
}

/** A file that is complete and checked. */
export interface CompleteFile {
  /** Stays open until it is in place: its number is then no other file's. */
  readonly file: OpenFile;
  /** Its name. */
  readonly from: string;
  readonly target: Target;
  readonly signal: AbortSignal;
  /** Called right before the target is touched. */
  readonly assertHeld?: () => Promise<void>;
  /** Called before the bytes of the target are overwritten, which a failure may leave half done. */
  readonly onOverwrite?: () => void;
}

/**
 * Puts a complete file in the target's place, for good, with the mode and, where the system allows it, the owner of the older file.
 * One with several names keeps them: it is overwritten. What has the file's name in the end must be the very file that was written.
 */
export async function putInPlace(complete: CompleteFile): Promise<void> {
  const { file, from, target, signal, assertHeld } = complete;
  const own = await onDisk(file.stat({ bigint: true }));
  if (target.existing !== undefined) await keepOwnerAndMode(file, own, target.existing);
  const folder = dirname(target.path);
  const isLasting = !(await isInMemory(folder));
  if (isLasting) await onDisk(file.sync());
  signal.throwIfAborted();
  await assertHeld?.();
  if ((target.existing?.nlink ?? 1n) > 1n) {
    await assertIs(from, own);
    if (await overwrite(complete, own)) return;
  }
  await renameOwn(from, target.path, own);
  // Makes the rename itself durable.
  if (isLasting) await syncFolder(folder);
}

/** Renames a file. What had the name, and what has the new one, must be that file. */
export async function renameOwn(from: string, to: string, own: FileFacts): Promise<void> {
  await assertIs(from, own);
  await onDisk(
    promptly(
      () => renameSync(from, to),
      () => rename(from, to),
    ),
  );
  await assertIs(to, own);
}

async function assertIs(path: string, own: FileFacts): Promise<void> {
  assertSame(path, await factsAt(path), own);
}

/** @param now what has the name @throws DownloadError when it is not the file that was written */
export function assertSame(path: string, now: FileFacts | undefined, own: FileFacts): void {
  if (now !== undefined && isSameFile(now, own)) return;
  throw new DownloadError(`${path} was replaced by another program during the download`, {
    code: 'FILE_SYSTEM',
    retryable: false,
  });
}

async function keepOwnerAndMode(file: OpenFile, own: BigIntStats, older: BigIntStats): Promise<void> {
  let mode = permissionsOf(older);
  if (own.uid !== older.uid || own.gid !== older.gid) {
    const give = async (userId: bigint): Promise<boolean> =>
      file.chown(Number(userId), Number(older.gid)).then(
        () => true,
        () => false,
      );
    const hasGroup = (await give(older.uid)) || (await give(own.uid)) || own.gid === older.gid;
    // What the older group might do is not for another one.
    if (!hasGroup) mode &= 0o707 | ((mode & 0o007) << 3);
  }
  // Some file systems have no modes.
  if (permissionsOf(own) !== mode) await file.chmod(mode).catch(() => {});
}

const BLOCK = 1 << 20;

/** Writes over a file that has several names. Whether that is allowed: else the name is given to the new file. */
async function overwrite({ file, from, target, onOverwrite }: CompleteFile, own: BigIntStats): Promise<boolean> {
  const { noFollow, nonBlocking } = thisFileSystem;
  const to = await open(target.path, constants.O_WRONLY | noFollow | nonBlocking).catch(() => undefined);
  if (to === undefined) return false;
  try {
    const facts = await to.stat({ bigint: true });
    if (target.existing === undefined || !isSameFile(facts, target.existing)) return false;
    onOverwrite?.();
    await copy(file, to, Number(own.size));
    await giveTime(to, own.mtime);
    await to.sync();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown error';
    throw new DownloadError(`it has several names and is only half overwritten (${reason}); ${from} is complete`, {
      code: 'FILE_SYSTEM',
      retryable: false,
      cause,
    });
  } finally {
    await to.close().catch(() => {});
  }
  await rm(from, { force: true }).catch(() => {});
  return true;
}

/** Copies so many bytes from the start of one file to another's, and ends it there. */
export async function copy(
  from: Pick<OpenFile, 'read'>,
  to: Pick<OpenFile, 'write' | 'truncate'>,
  size: number,
): Promise<void> {
  const block = Buffer.allocUnsafe(Math.min(BLOCK, size));
  let at = 0;
  while (at < size) {
    const { bytesRead } = await from.read(block, 0, Math.min(block.length, size - at), at);
    if (bytesRead === 0) break;
    await writeAt(to, block.subarray(0, bytesRead), at);
    at += bytesRead;
  }
  await to.truncate(at);
}
