import { createHash } from 'node:crypto';
import { existsSync, lstatSync, renameSync } from 'node:fs';
import { access, lstat, realpath, rename, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DownloadError } from '../download-error.ts';
import { openFile, onDisk, promptly } from './disk.ts';

interface Syncs {
  running: Promise<void>;
  /** Starts when the running one is over. */
  next?: Promise<void>;
}

/** Makes the names in a folder durable, as they are now. Not every system can open a folder: then there is nothing to do. */
export const syncFolder: (path: string) => Promise<void> = shareSyncs(async (path) => {
  const folder = await openFile(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close().catch(() => {});
});

/**
 * Lets those who ask at once share: whoever asks while a sync is under way, which may have seen the folder before, waits for one
 * that starts after it.
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

// File systems end at 255; the endings need some of it.
const MAX_NAME_BYTES = 200;
const WORTH_ASKING = 1 << 20;

/** Where a download goes, and what is kept beside it meanwhile. */
export interface Target {
  readonly path: string;
  readonly part: string;
  readonly checkpoint: string;
  readonly lock: string;
}

/** Names the files of a download. A symbolic link stays one: the file that it points to is replaced. */
export async function resolveTarget(path: string): Promise<Target> {
  let target = resolve(path);
  let found = await promptly(
    () => lstatSync(target, { throwIfNoEntry: false }),
    () => lstat(target),
  ).catch(() => undefined);
  if (found?.isSymbolicLink() === true) {
    target = await realpath(target).catch(() => target);
    found = await stat(target).catch(() => undefined);
  }
  // A device or pipe would be replaced by the file, for all who use it.
  if (found !== undefined && !found.isFile()) {
    throw new DownloadError(`the file could not be written: ${target} is a folder, device or pipe`, {
      code: 'FILE_SYSTEM',
      retryable: false,
    });
  }
  const part = join(dirname(target), `${shortName(basename(target))}.ossgrant-part`);
  return { path: target, part, checkpoint: `${part}.json`, lock: `${part}.lock` };
}

// The names beside it are longer than the target's own, which may be as long as names can be.
function shortName(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  return `.${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

/** Whether an earlier run left something. */
export async function hasCheckpoint({ checkpoint }: Target): Promise<boolean> {
  return promptly(
    () => existsSync(checkpoint),
    () =>
      access(checkpoint).then(
        () => true,
        () => false,
      ),
  );
}

/** @throws DownloadError `DISK_FULL` when so many bytes will not fit */
export async function assertRoom({ path }: Target, bytes: number): Promise<void> {
  // Less is written as soon as it is asked for.
  if (bytes < WORTH_ASKING) return;
  // Not every file system can tell.
  const free = await statfs(dirname(path)).catch(() => undefined);
  if (free === undefined || free.blocks === 0 || free.bavail * free.bsize >= bytes) return;
  throw new DownloadError(`there is no room for the file: ${bytes} bytes more are needed`, {
    code: 'DISK_FULL',
    retryable: false,
  });
}

/** Puts a finished file in the target's place, for good. */
export async function moveIntoPlace(from: string, { path }: Target): Promise<void> {
  await onDisk(
    promptly(
      () => renameSync(from, path),
      () => rename(from, path),
    ),
  );
  // Makes the rename itself durable.
  await syncFolder(dirname(path));
}
