import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync, createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Blob, BlobWriter } from './backend.ts';

// Synchronous on purpose: the change on disk and the change in memory must happen in one step.

/** Replaces a small file: temporary file, fsync, rename, fsync of the folder. A crash leaves the old or the new one. */
export function writeDurably(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    // Not `writeSync`, which may stop half way on a disk that gets full, and says so only by a number.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

/** Removes a file, if it exists. */
export function removeDurably(path: string): void {
  rmSync(path, { force: true });
  syncDirectory(dirname(path));
}

/** Makes renames and removals in a folder durable. */
export function syncDirectory(path: string): void {
  // Windows has no handle on folders.
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Bytes in a file. */
export function diskBlob(folder: string, name: string, size: number): Blob {
  const path = join(folder, name);
  return {
    size,
    name,
    // Opened at once: the file may be replaced before the first read, and must then still be served whole.
    read: (start, end) => createReadStream(path, { fd: openSync(path, 'r'), start, end, highWaterMark: 1 << 18 }),
    remove: () => rmSync(path, { force: true }),
  };
}

/** Makes a file of a new name. */
export async function newDiskBlob(folder: string): Promise<BlobWriter> {
  const name = `${randomBytes(16).toString('hex')}.bin`;
  const path = join(folder, name);
  const writer = fileWriter(await open(path, 'wx', 0o600), { folder, name, size: 0 });
  return {
    ...writer,
    async discard(): Promise<void> {
      await writer.discard();
      rmSync(path, { force: true });
    },
  };
}

/** Writes on at the end of a file. Those that read what is there already are not disturbed. */
export async function extendDiskBlob(folder: string, { name, size }: Blob): Promise<BlobWriter> {
  const file = await open(join(folder, name), 'r+');
  // Bytes beyond the counted ones were never acknowledged.
  await file.truncate(size);
  return fileWriter(file, { folder, name, size });
}

function fileWriter(
  file: FileHandle,
  from: { readonly folder: string; readonly name: string; readonly size: number },
): BlobWriter {
  const { folder, name } = from;
  let { size } = from;
  return {
    async write(chunk): Promise<void> {
      for (let at = 0; at < chunk.length;) {
        const { bytesWritten } = await file.write(chunk, at, chunk.length - at, size);
        at += bytesWritten;
        size += bytesWritten;
      }
    },
    async finish(): Promise<Blob> {
      await file.sync();
      await file.close();
      syncDirectory(folder);
      return diskBlob(folder, name, size);
    },
    async discard(): Promise<void> {
      // By the handle: the name may be gone by now, with its object.
      await file.truncate(from.size).catch(() => undefined);
      await file.close().catch(() => undefined);
    },
  };
}
