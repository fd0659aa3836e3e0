import { defined } from '@ossgrant/credentials-core/internal';
import { EC } from '../../http/ec.ts';
import { invalidArgument } from '../../http/refusal.ts';
import type { ObjectVersion } from '../../store/object-store.ts';
import { restoreHeader } from './archive.ts';

// Besides user metadata.
const KEPT = [
  'content-type',
  'content-encoding',
  'content-language',
  'cache-control',
  'content-disposition',
  'expires',
  'x-oss-server-side-encryption',
];

const META = 'x-oss-meta-';
const MAX_META_BYTES = 8192;
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const CONTROL = /[^\P{Cc}\t]/u;

/**
 * Headers of an upload, or fields of a form, that are kept with an object.
 *
 * @throws Refusal 400 InvalidArgument for headers that no response can carry
 */
export function keptHeaders(headers: Iterable<readonly [string, string]>): ReadonlyMap<string, string> {
  const kept = [...headers].filter(([name]) => KEPT.includes(name) || name.startsWith(META));
  for (const [name, value] of kept) assertHeader(name, value);
  assertUserMeta(kept.filter(([name]) => name.startsWith(META)));
  return new Map(kept);
}

function assertUserMeta(headers: readonly (readonly [name: string, value: string])[]): void {
  if (headers.some(([name]) => !/^[a-z0-9-]+$/i.test(name))) {
    throw invalidArgument('The name of user metadata may have letters, digits and hyphens.', EC.metaName);
  }
  const size = headers.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (size > MAX_META_BYTES) throw invalidArgument('User metadata may have 8 KB.', EC.metaLong);
}

/** @throws Refusal 400 InvalidArgument unless it is a valid HTTP header */
export function assertHeader(name: string, value: string): void {
  if (!TOKEN.test(name)) throw invalidArgument(`${JSON.stringify(name)} is not a valid header name.`);
  if (CONTROL.test(value)) throw invalidArgument(`The value of ${name} has a control character.`);
}

/** Headers of every response about an object. The CRC is the whole object's, on parts too. */
export function objectHeaders(object: ObjectVersion, now: Date): Record<string, string> {
  return {
    'Accept-Ranges': 'bytes',
    ETag: object.etag,
    'Last-Modified': object.lastModified.toUTCString(),
    ...defined({ 'Content-MD5': object.md5 }),
    'x-oss-object-type': object.type,
    'x-oss-storage-class': object.storageClass,
    'x-oss-hash-crc64ecma': object.crc64.toString(),
    ...(object.type === 'Appendable' ? { 'x-oss-next-append-position': String(object.size) } : {}),
    ...restoreHeader(object, now),
    ...givenHeaders(object),
  };
}

/** Headers that the upload gave to an object; its type is binary unless it says otherwise. */
export function givenHeaders({ headers }: Pick<ObjectVersion, 'headers'>): Record<string, string> {
  const given = [...headers].map(([name, value]) => [canonicalName(name), value]);
  return { 'Content-Type': 'application/octet-stream', ...Object.fromEntries(given) };
}

/** `content-type` as `Content-Type`; `x-oss-...` stays. */
export function canonicalName(name: string): string {
  return name.startsWith('x-oss-') ? name : name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
