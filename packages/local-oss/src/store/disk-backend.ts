import { createHash, randomBytes } from 'node:crypto';
import { closeSync, createReadStream, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend, Blob, BlobWriter, LoadedBucket, LoadedObject } from './backend.ts';
import { parseBucketRecord, parseObjectRecord, toBucketRecord, toObjectRecord } from './records.ts';
import { removeDurably, syncDirectory, writeDurably } from './write-durably.ts';

/**
 * Keeps everything below a directory.
 *
 * Each bucket is a folder with `bucket.json`, `data/` (bytes, under random names) and `meta/` (descriptions, under the
 * SHA-256 of the key: no key can name a path). The rename of a description is what makes an object exist; bytes that no
 * description names are left over from a crash and removed at the start.
 */
export function createDiskBackend(directory: string): Backend {
  mkdirSync(directory, { recursive: true });
  const dataOf = (bucket: string): string => join(directory, bucket, 'data');
  const metaOf = (bucket: string, key: string): string =>
    join(directory, bucket, 'meta', `${createHash('sha256').update(key).digest('hex')}.json`);
  return {
    load: () =>
      readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .flatMap((entry) => loadBucket(directory, entry.name)),
    saveBucket(name, creationDate, settings): void {
      mkdirSync(join(directory, name, 'data'), { recursive: true });
      mkdirSync(join(directory, name, 'meta'), { recursive: true });
      writeDurably(join(directory, name, 'bucket.json'), toBucketRecord(creationDate, settings));
      syncDirectory(directory);
    },
    removeBucket(name): void {
      // From here on it does not exist, whatever is left of its folder.
      removeDurably(join(directory, name, 'bucket.json'));
      rmSync(join(directory, name), { recursive: true, force: true });
      syncDirectory(directory);
    },
    newBlob: (bucket) => newBlob(dataOf(bucket)),
    saveObject: (bucket, info, blob) => writeDurably(metaOf(bucket, info.key), toObjectRecord(info, blob.name)),
    removeObject: (bucket, key) => removeDurably(metaOf(bucket, key)),
  };
}

async function newBlob(folder: string): Promise<BlobWriter> {
  const name = `${randomBytes(16).toString('hex')}.bin`;
  const path = join(folder, name);
  const file = await open(path, 'wx', 0o600);
  let size = 0;
  return {
    async write(chunk): Promise<void> {
      await file.writeFile(chunk);
      size += chunk.length;
    },
    async finish(): Promise<Blob> {
      await file.sync();
      await file.close();
      syncDirectory(folder);
      return diskBlob(folder, name, size);
    },
    async discard(): Promise<void> {
      await file.close().catch(() => undefined);
      rmSync(path, { force: true });
    },
  };
}

function diskBlob(folder: string, name: string, size: number): Blob {
  const path = join(folder, name);
  return {
    size,
    name,
    // Opened at once: the file may be replaced before the first read, and must then still be served whole.
    read: (start, end) => createReadStream(path, { fd: openSync(path, 'r'), start, end, highWaterMark: 1 << 18 }),
    remove: () => rmSync(path, { force: true }),
  };
}

function loadBucket(directory: string, name: string): readonly LoadedBucket[] {
  const path = join(directory, name, 'bucket.json');
  // Not one of ours, or the crash came before the bucket was there.
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  const record = readRecord(path, parseBucketRecord);
  const [data, meta] = [join(directory, name, 'data'), join(directory, name, 'meta')];
  const objects = readdirSync(meta).flatMap((file) => loadObject(data, join(meta, file)));
  const named = new Set(objects.map(({ blob }) => blob.name));
  for (const file of readdirSync(data)) if (!named.has(file)) rmSync(join(data, file));
  return [{ name, ...record, objects }];
}

function loadObject(data: string, path: string): readonly LoadedObject[] {
  if (!path.endsWith('.json')) {
    rmSync(path);
    return [];
  }
  const { info, blobName } = readRecord(path, parseObjectRecord);
  const size = statSync(join(data, blobName), { throwIfNoEntry: false })?.size;
  if (size !== info.size) {
    // One damaged object must not keep all the others from being served.
    console.error(`local-oss: left out "${info.key}": ${path} does not fit its data`);
    return [];
  }
  closeSync(openSync(join(data, blobName), 'r'));
  return [{ info, blob: diskBlob(data, blobName, info.size) }];
}

function readRecord<T>(path: string, parse: (text: string) => T): T {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`local-oss: cannot read ${path}`, { cause });
  }
}
