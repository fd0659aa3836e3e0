import { closeSync, ftruncate, fsync, open, close, openSync, read, write, writeSync } from 'node:fs';
import { promptly } from './promptly.ts';

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
