import type { ObjectAcl } from '../access/acl.ts';
import { DEFAULT_SETTINGS, type BucketSettings, type ObjectInfo, type StorageClass } from './object-store.ts';

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
  readonly type: ObjectInfo['type'];
  readonly storageClass: StorageClass;
  readonly acl: ObjectAcl;
  readonly tags?: readonly (readonly [string, string])[];
  readonly target?: string;
  readonly restore?: { readonly readyAt: string; readonly expiresAt: string };
  /** Absent for delete markers. */
  readonly blob?: string;
}

/** An object's description as it is kept on disk. */
export function toObjectRecord(info: ObjectInfo, blob: string | undefined): string {
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
    ...(blob === undefined ? {} : { blob }),
  };
  return JSON.stringify(record);
}

/** Reads what `toObjectRecord` wrote. */
export function parseObjectRecord(text: string): {
  readonly info: ObjectInfo;
  readonly blobName: string | undefined;
} {
  const { blob, restore, tags, ...rest } = JSON.parse(text) as ObjectRecord;
  const info: ObjectInfo = {
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
  // What was written by an earlier version has fewer settings.
  return { creationDate: new Date(creationDate), settings: { ...DEFAULT_SETTINGS, ...settings } };
}
