import {
  close,
  closeSync,
  fchmod,
  fchown,
  fstatSync,
  fsync,
  ftruncate,
  futimes,
  futimesSync,
  open,
  openSync,
  read,
  write,
  writeSync,
  type BigIntStats,
} from 'node:fs';
import { performance } from 'node:perf_hooks';
import { DownloadError, type DownloadErrorCode } from '../download-error.ts';

/** Runs `now` on this thread, or `later` on another. */
export type Promptly = <T>(now: () => T, later: () => Promise<T>) => Promise<T>;

const LIMIT_MS = 1;
const WEIGHT = 1 / 32;
// On a busy machine this thread is interrupted in a call now and then, for longer than the call takes.
const INTERRUPTED_MS = 8;
const STALLED_MS = 250;
const PAUSE_MS = 10_000;

/**
 * For calls that a healthy disk answers from memory: handing one to another thread takes several times as long as the call itself.
 * Where calls are slow (a network disk, or a busy one: some tens of 2 ms, five of 8 ms or more, or one of 250 ms), other threads wait
 * for them during the next ten seconds.
 */
export function createPromptly(monotonic: () => number): Promptly {
  let mean = 0;
  let slowUntil = -Infinity;
  return async (now, later) => {
    const since = monotonic();
    if (since < slowUntil) return later();
    try {
      return now();
    } finally {
      const at = monotonic();
      const took = at - since;
      mean += (Math.min(took, INTERRUPTED_MS) - mean) * WEIGHT;
      if (mean >= LIMIT_MS || took >= STALLED_MS) {
        mean = 0;
        slowUntil = at + PAUSE_MS;
      }
    }
  };
}

/** One for all files, as if they were on one disk. */
export const promptly: Promptly = createPromptly(() => performance.now());

/** An open file. Its positions are its users'; Node's `FileHandle` is one, too. */
export interface OpenFile {
  write(bytes: Uint8Array, from: number, length: number, at: number): Promise<{ readonly bytesWritten: number }>;
  read(bytes: Uint8Array, from: number, length: number, at: number): Promise<{ readonly bytesRead: number }>;
  truncate(length: number): Promise<void>;
  sync(): Promise<void>;
  stat(options: { readonly bigint: true }): Promise<BigIntStats>;
  chmod(mode: number): Promise<void>;
  chown(userId: number, groupId: number): Promise<void>;
  utimes(accessed: Date, modified: Date): Promise<void>;
  /** May be called again. */
  close(): Promise<void>;
}

// Copied into the system's memory in less time than another thread takes to start doing it.
const SMALL = 1 << 18;

/** Opens a file for short use: calls that need not wait for the disk are made on this thread. */
export async function openFile(path: string, flags: string | number, mode = 0o666): Promise<OpenFile> {
  const fd = await promptly(
    () => openSync(path, flags, mode),
    () => called<number>((done) => open(path, flags, mode, done)),
  );
  let isOpen = true;
  return {
    async write(bytes, from, length, at) {
      const later = (): Promise<number> => called((done) => write(fd, bytes, from, length, at, done));
      const now = (): number => writeSync(fd, bytes, from, length, at);
      return { bytesWritten: await (length <= SMALL ? promptly(now, later) : later()) };
    },
    async read(bytes, from, length, at) {
      return { bytesRead: await called<number>((done) => read(fd, bytes, from, length, at, done)) };
    },
    truncate: (length) => called((done) => ftruncate(fd, length, done)),
    sync: () => called((done) => fsync(fd, done)),
    stat: async (options) => fstatSync(fd, options),
    chmod: (bits) => called((done) => fchmod(fd, bits, done)),
    chown: (userId, groupId) => called((done) => fchown(fd, userId, groupId, done)),
    utimes: async (accessed, modified) =>
      promptly(
        () => futimesSync(fd, accessed, modified),
        () => called((done) => futimes(fd, accessed, modified, done)),
      ),
    async close() {
      // The number may be another file's by now.
      if (!isOpen) return;
      isOpen = false;
      await promptly(
        () => closeSync(fd),
        () => called((done) => close(fd, done)),
      );
    },
  };
}

/** Waits for a call of Node's that has no promise. */
export function called<T = void>(start: (done: (error: Error | null, result?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error === null ? resolve(result as T) : reject(error)));
  });
}

/** Writes all bytes from `position` on, also where the system takes only some of them at a time. */
export async function writeAt(file: Pick<OpenFile, 'write'>, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

/** Gives a file the time of its object, if there is one. A file system that keeps no times is not a reason to fail. */
export async function giveTime(file: Pick<OpenFile, 'utimes'>, modified: Date | undefined): Promise<void> {
  if (modified !== undefined) await file.utimes(new Date(), modified).catch(() => {});
}

/** Names a failure of the file system: `DISK_FULL` when there is no room, else `FILE_SYSTEM`. */
export async function onDisk<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    if (cause instanceof DownloadError) throw cause;
    throw diskError(cause);
  }
}

// EFBIG: a file system or a limit that allows no file of that size.
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no room on the disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'no file of this size is allowed here',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOENT: 'no such folder',
  ENOTDIR: 'a part of the path is not a folder',
  EIO: 'the disk failed to read or write',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
};
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

// Without the path: it is often that of a file beside the target, which users do not know. The target is named in the end.
function diskError(cause: unknown): DownloadError {
  const { code: name = 'unknown error' } = cause as NodeJS.ErrnoException;
  const code: DownloadErrorCode = FULL.has(name) ? 'DISK_FULL' : 'FILE_SYSTEM';
  const reason = REASONS[name];
  return new DownloadError(reason === undefined ? name : `${reason} (${name})`, { code, retryable: false, cause });
}

/** Names the target in a failure of its disk; other errors stay as they are. */
export function namingTarget(error: unknown, path: string): unknown {
  if (!(error instanceof DownloadError) || (error.code !== 'FILE_SYSTEM' && error.code !== 'DISK_FULL')) return error;
  const { code, retryable, cause } = error;
  return new DownloadError(`cannot write ${path}: ${error.message}`, { code, retryable, cause });
}
