import { constants, lstatSync, type BigIntStats } from 'node:fs';
import { lstat, open, rm, type FileHandle } from 'node:fs/promises';
import { promptly } from './disk.ts';

/** What opening a file depends on, by platform. */
export interface FileSystem {
  /** Refuses symbolic links when opening; 0 on Windows, which lacks it. */
  readonly noFollow: number;
  /** Keeps the opening of a pipe from waiting for its other end; 0 on Windows. */
  readonly nonBlocking: number;
  /** Undefined on Windows, where files name no owner. */
  readonly userId: bigint | undefined;
  open(path: string, flags: number, mode: number): Promise<FileHandle>;
  /** Undefined for nothing. */
  lstat(path: string): Promise<BigIntStats | undefined>;
}

/** The file system of this machine. */
export const thisFileSystem: FileSystem = {
  noFollow: constants.O_NOFOLLOW ?? 0,
  nonBlocking: constants.O_NONBLOCK ?? 0,
  userId: process.geteuid === undefined ? undefined : BigInt(process.geteuid()),
  open: (path, flags, mode) => open(path, flags, mode),
  lstat: (path) =>
    promptly(
      () => lstatSync(path, { bigint: true, throwIfNoEntry: false }),
      () => lstat(path, { bigint: true }),
    ),
};

/** Distinguishes files whatever their names are. */
export type FileFacts = Pick<BigIntStats, 'dev' | 'ino'>;

/** Whether both are one file. */
export function isSameFile(one: FileFacts, other: FileFacts): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}

/** The facts of what a name stands for now, of a link itself; undefined for nothing. */
export async function factsAt(path: string, system: FileSystem = thisFileSystem): Promise<BigIntStats | undefined> {
  try {
    return await system.lstat(path);
  } catch {
    return undefined;
  }
}

/**
 * Opens a file that this user's downloads left. A name beside the target can have been planted by whoever may write to the folder:
 * a link would have a stranger's file overwritten, a pipe would be waited for. So undefined is returned for nothing, for a link,
 * pipe, folder or device, for a file with a second name, and for another user's.
 *
 * Where the system cannot refuse links when opening (Windows), the file that was opened must be the one that was looked at before.
 */
export async function openOwn(
  path: string,
  flags: number,
  system: FileSystem = thisFileSystem,
): Promise<FileHandle | undefined> {
  const seen = await factsAt(path, system);
  if (seen === undefined || !isOwn(seen, system)) return undefined;
  const file = await system.open(path, flags | system.noFollow | system.nonBlocking, 0).catch(() => undefined);
  if (file === undefined) return undefined;
  const opened = await file.stat({ bigint: true });
  if (isSameFile(opened, seen) && isOwn(opened, system)) return file;
  await file.close();
  return undefined;
}

function isOwn(facts: BigIntStats, { userId }: FileSystem): boolean {
  return facts.isFile() && facts.nlink === 1n && (userId === undefined || facts.uid === userId);
}

/**
 * Creates a file. What has its name is removed, never opened: the name is one that only downloads use.
 *
 * @throws the system's error, for instance when a folder has the name
 */
export async function createOwn(path: string, mode: number, system: FileSystem = thisFileSystem): Promise<FileHandle> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | system.noFollow;
  try {
    return await system.open(path, flags, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  await rm(path);
  return system.open(path, flags, mode);
}
