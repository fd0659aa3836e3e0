import { crc64, createCrc64 } from '@ossgrant/crc64';
import { defined } from '@ossgrant/credentials-core/internal';
import { formatCheckpoint, parseCheckpoint, type Checkpoint } from '../checkpoint.ts';
import { DownloadError } from '../download-error.ts';
import type { ObjectInfo } from '../download.ts';
import { combineSegments, missingRanges, sortSegments, type Segment } from '../segments.ts';
import type { ByteRange } from '../object-response.ts';

/** A stream that writes a file; nothing is in it until it is closed. The part of `FileSystemWritableFileStream` that is used. */
export interface StorageWriter {
  /** Appends bytes. Rejects with a `QuotaExceededError` when there is no room. */
  write(data: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Replaces what the file held by what was written. */
  close(): Promise<void>;
  /** Leaves the file as it was. */
  abort(): Promise<void>;
}

/** A file of the browser's storage. The part of `FileSystemFileHandle` that is used. */
export interface StorageFile {
  /** Returns what the file holds now; its bytes stay in the storage. */
  getFile(): Promise<Blob>;
  /** Starts to write the file anew. */
  createWritable(): Promise<StorageWriter>;
}

/** A folder of the browser's storage. The part of `FileSystemDirectoryHandle` that is used. */
export interface StorageFolder {
  /** Opens a file; without `create` it rejects with a `NotFoundError` where there is none. */
  getFileHandle(name: string, options?: { readonly create?: boolean }): Promise<StorageFile>;
  /** Opens a folder; without `create` it rejects with a `NotFoundError` where there is none. */
  getDirectoryHandle(name: string, options?: { readonly create?: boolean }): Promise<StorageFolder>;
  /** Removes a file, or a folder: with `recursive` also one that holds something. */
  removeEntry(name: string, options?: { readonly recursive?: boolean }): Promise<void>;
  /** Names of all files and folders in it. */
  keys(): AsyncIterable<string>;
}

/** What of an object is in the browser's storage: a file for each segment, named after it, and one that says which object it is. */
export interface Store {
  /** What an earlier run left of this object; undefined where there is nothing. */
  readonly earlier: Checkpoint | undefined;
  bytes(): number;
  /** Checksum of the object, combined from its segments; right when none is missing. */
  crc64(): bigint;
  missing(size: number, partSize: number, firstSize?: number): ByteRange[];
  /** Says which version of the object the segments are of, for a later run. */
  describe(info: ObjectInfo): Promise<void>;
  /** Writes a segment; its bytes are not read any more when the promise settles. */
  write(segment: Segment, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Reads the files and removes those whose bytes are not what was written. Whether all were right. */
  check(signal: AbortSignal): Promise<boolean>;
  /** The object, of all segments; its bytes stay in the storage. */
  join(type: string | undefined): Promise<Blob>;
  /** Removes all. */
  clear(): Promise<void>;
}

const FACTS = 'object.json';
const NAME = /^(\d{1,15})-(\d{1,15})-([0-9a-f]{16})$/;

/** The folder's name of an object. */
export function storeName(identity: string): string {
  return hex(crc64(new TextEncoder().encode(identity)));
}

/** Opens what is there of an object, or an empty place for it. @throws DownloadError `FILE_SYSTEM` or `DISK_FULL` */
export async function openStore(parent: StorageFolder, identity: string): Promise<Store> {
  const folder = await inStorage(parent.getDirectoryHandle(storeName(identity), { create: true }));
  const present = new Map<string, Segment>();
  const segments = (): Segment[] => sortSegments([...present.values()]);
  const facts = await readFacts(folder);

  async function remove(name: string): Promise<void> {
    present.delete(name);
    await inStorage(folder.removeEntry(name));
  }

  async function clear(): Promise<void> {
    const names: string[] = [];
    for await (const name of folder.keys()) names.push(name);
    for (const name of names) await remove(name);
  }

  if (facts?.identity === identity) await readSegments(folder, facts.size, present);
  else await clear();

  return {
    earlier: facts?.identity === identity && present.size > 0 ? { ...facts, segments: segments() } : undefined,
    bytes: () => segments().reduce((sum, { start, end }) => sum + end - start, 0),
    crc64: () => combineSegments(segments()),
    missing: (size, partSize, firstSize) => missingRanges(segments(), size, partSize, firstSize),
    async describe({ size, etag, crc64: sum }): Promise<void> {
      if (size === undefined) return;
      const text = formatCheckpoint({ identity, size, ...defined({ etag, crc64: sum }), segments: [] });
      await writeFile(folder, FACTS, new TextEncoder().encode(text));
    },
    async write(segment, bytes): Promise<void> {
      const name = `${segment.start}-${segment.end}-${hex(segment.crc64)}`;
      await writeFile(folder, name, bytes);
      present.set(name, segment);
    },
    async check(signal): Promise<boolean> {
      let areRight = true;
      for (const [name, segment] of present) {
        if ((await sumOf(await inStorage(fileOf(folder, name)), signal)) === segment.crc64) continue;
        areRight = false;
        await remove(name);
      }
      return areRight;
    },
    async join(type): Promise<Blob> {
      const names = new Map([...present].map(([name, segment]) => [segment, name]));
      const files: Blob[] = [];
      for (const segment of segments()) files.push(await inStorage(fileOf(folder, names.get(segment) ?? '')));
      return new Blob(files, defined({ type }));
    },
    clear,
  };
}

async function readFacts(folder: StorageFolder): Promise<Checkpoint | undefined> {
  try {
    return parseCheckpoint(await (await fileOf(folder, FACTS)).text());
  } catch {
    // Missing or garbled: a later run starts again.
    return undefined;
  }
}

async function readSegments(folder: StorageFolder, size: number, present: Map<string, Segment>): Promise<void> {
  for await (const name of folder.keys()) {
    const [, start, end, sum] = NAME.exec(name) ?? [];
    if (sum === undefined) continue;
    const segment = { start: Number(start), end: Number(end), crc64: BigInt(`0x${sum}`) };
    const file = await inStorage(fileOf(folder, name));
    if (segment.end <= size && file.size === segment.end - segment.start) present.set(name, segment);
  }
}

async function fileOf(folder: StorageFolder, name: string): Promise<Blob> {
  return (await folder.getFileHandle(name)).getFile();
}

async function writeFile(folder: StorageFolder, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const writer = await inStorage(folder.getFileHandle(name, { create: true }).then((file) => file.createWritable()));
  try {
    // As a Blob, they would first be copied to where the browser keeps those.
    await inStorage(writer.write(bytes));
    await inStorage(writer.close());
  } catch (error) {
    await writer.abort().catch(() => {});
    throw error;
  }
}

async function sumOf(file: Blob, signal: AbortSignal): Promise<bigint> {
  const crc = createCrc64();
  // Not every browser iterates over streams.
  const reader = file.stream().getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    signal.throwIfAborted();
    crc.update(next.value);
  }
  return crc.digest();
}

function hex(sum: bigint): string {
  return sum.toString(16).padStart(16, '0');
}

/** Names errors of the browser's storage. @throws DownloadError `DISK_FULL` or `FILE_SYSTEM` */
export async function inStorage<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    throw storageError(cause);
  }
}

/** An error of the browser's storage, or of a stream into a file. What its source has named, such as a CredentialError, stays as it is. */
export function storageError(cause: unknown): unknown {
  if (!(cause instanceof Error) || cause.name === 'AbortError') return cause;
  // The code of a DOMException is a number.
  if ('code' in cause && typeof cause.code === 'string') return cause;
  const isFull = cause.name === 'QuotaExceededError';
  return new DownloadError(
    isFull
      ? 'the browser gives this page no more storage: free some space, or save to a file of your choice'
      : `the browser's storage could not be used: ${cause.message}`,
    { code: isFull ? 'DISK_FULL' : 'FILE_SYSTEM', retryable: false, cause },
  );
}
