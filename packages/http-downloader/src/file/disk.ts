import { closeSync, ftruncate, fsync, open, close, openSync, read, write, writeSync } from 'node:fs';
import { DownloadError, type DownloadErrorCode } from '../download-error.ts';

/** Runs `now` where it is, or `later` in another thread. */
export type Promptly = <T>(now: () => T, later: () => Promise<T>) => Promise<T>;

const LIMIT_MS = 1;
const WEIGHT = 1 / 32;
const PAUSE_MS = 10_000;

/**
 * For calls that a healthy disk answers from memory: handing one to another thread takes several times as long as the call itself,
 * and it is this thread's time. Where they take long (a disk behind a network, or one that is too busy), other threads do the
 * waiting, for ten seconds: as soon as 32 take a millisecond each, or one takes 32.
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
      mean += (at - since - mean) * WEIGHT;
      if (mean >= LIMIT_MS) {
        mean = 0;
        slowUntil = at + PAUSE_MS;
      }
    }
  };
}

/** All files are taken to be on one disk. */
export const promptly: Promptly = createPromptly(() => performance.now());

/** An open file. Its positions are its users'; Node's `FileHandle` is one, too. */
export interface OpenFile {
  write(bytes: Uint8Array, from: number, length: number, at: number): Promise<{ readonly bytesWritten: number }>;
  read(bytes: Uint8Array, from: number, length: number, at: number): Promise<{ readonly bytesRead: number }>;
  truncate(length: number): Promise<void>;
  sync(): Promise<void>;
  /** Again and again, if need be. */
  close(): Promise<void>;
}

// Copied into the system's memory in less time than another thread takes to start doing it.
const SMALL = 1 << 18;

/** Opens a file for short use: what is no matter of waiting for the disk is done at once. */
export async function openFile(path: string, flags: string): Promise<OpenFile> {
  const fd = await promptly(
    () => openSync(path, flags),
    () => called<number>((done) => open(path, flags, done)),
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

function called<T = void>(start: (done: (error: Error | null, result?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error === null ? resolve(result as T) : reject(error)));
  });
}

/** Names a failure of the file system: `DISK_FULL` for want of room, else `FILE_SYSTEM`. */
export async function onDisk<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    throw diskError(cause);
  }
}

// EFBIG: a file system or a limit that allows no file of that size.
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

function diskError(cause: unknown): DownloadError {
  const { code: name = 'unknown error', path = '' } = cause as NodeJS.ErrnoException;
  const code: DownloadErrorCode = FULL.has(name) ? 'DISK_FULL' : 'FILE_SYSTEM';
  const says = code === 'DISK_FULL' ? 'there is no room for the file' : 'the file could not be written';
  return new DownloadError(`${says}: ${name} ${path}`.trim(), { code, retryable: false, cause });
}
