import { defined } from '@ossgrant/credentials-core/internal';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectAcl } from '../access/policy.ts';
import { printable } from '../http/raw-request.ts';
import type { Backend, LoadedBucket, LoadedObject } from './backend.ts';
import { diskBlob, extendDiskBlob, newDiskBlob, removeDurably, syncDirectory, writeDurably } from './disk-files.ts';
import { DEFAULT_SETTINGS, type BucketSettings, type ObjectVersion, type StorageClass } from './object-store.ts';

interface ObjectRecord {
  readonly key: string;
  /** Absent in what was written before there were versions. */
  readonly versionId?: string;
  readonly sequence?: number;
  readonly deleteMarker?: true;
  readonly size: number;
  readonly lastModified: string;
  readonly etag: string;
  readonly crc64: string;
  readonly md5?: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly type: ObjectVersion['type'];
  readonly storageClass: StorageClass;
  readonly acl: ObjectAcl;
  readonly tags?: readonly (readonly [string, string])[];
  readonly target?: string;
  readonly restore?: { readonly readyAt: string; readonly expiresAt: string };
  /** Absent for delete markers. */
  readonly blob?: string;
}

/** An object's description as it is kept on disk. */
export function toObjectRecord(info: ObjectVersion, blob: string | undefined): string {
  const { restore, tags, ...rest } = info;
  const record: ObjectRecord = {
    ...rest,
    lastModified: info.lastModified.toISOString(),
    crc64: info.crc64.toString(),
    headers: [...info.headers],
    ...(tags && { tags: [...tags] }),
    ...(restore && {
      restore: { readyAt: restore.readyAt.toISOString(), expiresAt: restore.expiresAt.toISOString() },
    }),
    ...defined({ blob }),
  };
  return JSON.stringify(record);
}

/** Reads what `toObjectRecord` wrote. */
export function parseObjectRecord(text: string): {
  readonly info: ObjectVersion;
  readonly blobName: string | undefined;
} {
  const { blob, restore, tags, ...rest } = JSON.parse(text) as ObjectRecord;
  const info: ObjectVersion = {
    versionId: 'null',
    sequence: 0,
    ...rest,
    lastModified: new Date(rest.lastModified),
    crc64: BigInt(rest.crc64),
    headers: new Map(rest.headers),
    ...(tags && { tags: new Map(tags) }),
    ...(restore && { restore: { readyAt: new Date(restore.readyAt), expiresAt: new Date(restore.expiresAt) } }),
  };
  return { info, blobName: blob };
}

interface BucketRecord {
  readonly creationDate: string;
  readonly settings: BucketSettings;
}

/** A bucket's description as it is kept on disk. */
export function toBucketRecord(creationDate: Date, settings: BucketSettings): string {
  const record: BucketRecord = { creationDate: creationDate.toISOString(), settings };
  return JSON.stringify(record);
}

/** Reads what `toBucketRecord` wrote. */
export function parseBucketRecord(text: string): { readonly creationDate: Date; readonly settings: BucketSettings } {
  const { creationDate, settings } = JSON.parse(text) as BucketRecord;
  // Files of an earlier release have fewer settings.
  return { creationDate: new Date(creationDate), settings: { ...DEFAULT_SETTINGS, ...settings } };
}

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
  const metaOf = (bucket: string, info: ObjectVersion): string =>
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

function fileNameOf({ key, versionId }: ObjectVersion): string {
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
    console.error(`local-oss: skipped "${printable(info.key)}": ${path} does not match its data`);
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
