import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend, LoadedBucket, LoadedObject } from './backend.ts';
import { diskBlob, extendDiskBlob, newDiskBlob } from './disk-blob.ts';
import type { ObjectInfo } from './object-store.ts';
import { parseBucketRecord, parseObjectRecord, toBucketRecord, toObjectRecord } from './records.ts';
import { removeDurably, syncDirectory, writeDurably } from './write-durably.ts';

/**
 * Keeps everything below a directory.
 *
 * Each bucket is a folder with `bucket.json`, `data/` (bytes, under random names) and `meta/` (descriptions, under the
 * SHA-256 of the key and the version id that was given here: nothing that a client names can be a path). The rename of a
 * description is what makes a version exist, and what makes bytes that were appended count; bytes that no description
 * speaks of are left over from a crash and removed at the start.
 */
export function createDiskBackend(directory: string): Backend {
  mkdirSync(directory, { recursive: true });
  const dataOf = (bucket: string): string => join(directory, bucket, 'data');
  const metaOf = (bucket: string, info: ObjectInfo): string =>
    join(directory, bucket, 'meta', `${fileNameOf(info)}.json`);
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
    newBlob: (bucket) => newDiskBlob(dataOf(bucket)),
    extendBlob: (bucket, blob) => extendDiskBlob(dataOf(bucket), blob),
    saveObject: (bucket, info, blob) => writeDurably(metaOf(bucket, info), toObjectRecord(info, blob?.name)),
    removeObject: (bucket, info) => removeDurably(metaOf(bucket, info)),
  };
}

function fileNameOf({ key, versionId }: ObjectInfo): string {
  const hash = createHash('sha256').update(key).digest('hex');
  return versionId === 'null' ? hash : `${hash}.${versionId}`;
}

function loadBucket(directory: string, name: string): readonly LoadedBucket[] {
  const path = join(directory, name, 'bucket.json');
  // Not one of ours, or the crash came before the bucket was there.
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  const record = readRecord(path, parseBucketRecord);
  const [data, meta] = [join(directory, name, 'data'), join(directory, name, 'meta')];
  const objects = readdirSync(meta).flatMap((file) => loadObject(data, join(meta, file)));
  const named = new Set(objects.flatMap(({ blob }) => blob?.name ?? []));
  for (const file of readdirSync(data)) if (!named.has(file)) rmSync(join(data, file));
  return [{ name, ...record, objects }];
}

function loadObject(data: string, path: string): readonly LoadedObject[] {
  if (!path.endsWith('.json')) {
    rmSync(path);
    return [];
  }
  const { info, blobName } = readRecord(path, parseObjectRecord);
  if (blobName === undefined) return [{ info }];
  if (info.type === 'Appendable') dropTail(join(data, blobName), info.size);
  const size = statSync(join(data, blobName), { throwIfNoEntry: false })?.size;
  if (size !== info.size) {
    // One damaged object must not keep all the others from being served.
    console.error(`local-oss: left out "${info.key}": ${path} does not fit its data`);
    return [];
  }
  closeSync(openSync(join(data, blobName), 'r'));
  return [{ info, blob: diskBlob(data, blobName, info.size) }];
}

// Bytes that were on their way in when the server was killed.
function dropTail(path: string, size: number): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > size) truncateSync(path, size);
}

function readRecord<T>(path: string, parse: (text: string) => T): T {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`local-oss: cannot read ${path}`, { cause });
  }
}
