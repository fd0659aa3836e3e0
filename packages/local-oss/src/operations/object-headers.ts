import type { ObjectInfo } from '../store/object-store.ts';
import { restoreHeader } from './archive.ts';

const LOADED = [
  'content-type',
  'content-encoding',
  'content-language',
  'cache-control',
  'content-disposition',
  'expires',
];

/** Request headers that are kept with an object. */
export function keptHeaders(headers: Iterable<readonly [string, string]>): ReadonlyMap<string, string> {
  return new Map([...headers].filter(([name]) => LOADED.includes(name) || name.startsWith('x-oss-meta-')));
}

/** Headers of every answer about an object. The CRC is the whole object's, on parts too. */
export function objectHeaders(object: ObjectInfo, now: Date): Record<string, string> {
  return {
    'Accept-Ranges': 'bytes',
    'Content-Type': 'application/octet-stream',
    ETag: object.etag,
    'Last-Modified': object.lastModified.toUTCString(),
    ...(object.md5 === undefined ? {} : { 'Content-MD5': object.md5 }),
    'x-oss-object-type': object.type,
    'x-oss-storage-class': object.storageClass,
    'x-oss-hash-crc64ecma': object.crc64.toString(),
    ...restoreHeader(object, now),
    ...Object.fromEntries([...object.headers].map(([name, value]) => [canonicalName(name), value])),
  };
}

/** `content-type` as `Content-Type`; `x-oss-...` stays. */
export function canonicalName(name: string): string {
  return name.startsWith('x-oss-') ? name : name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
