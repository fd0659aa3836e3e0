import type { ObjectInfo } from '../store/object-store.ts';

const TYPES = new Set([
  'text/cache-manifest',
  'text/xml',
  'text/plain',
  'text/css',
  'application/javascript',
  'application/x-javascript',
  'application/rss+xml',
  'application/json',
  'text/json',
]);
const MIN_BYTES = 1024;
// Not with a weight of zero, which is a refusal.
const GZIP = /^\s*gzip\s*(;(?!\s*q=0(\.0*)?\s*$)|$)/i;

/** Whether OSS compresses an answer on the fly. A Range asks for the bytes as they are stored. */
export function compresses(headers: ReadonlyMap<string, string>, object: ObjectInfo, contentType: string): boolean {
  const accepted = (headers.get('accept-encoding') ?? '').split(',');
  return (
    accepted.some((item) => GZIP.test(item)) &&
    !headers.has('range') &&
    object.size >= MIN_BYTES &&
    !object.headers.has('content-encoding') &&
    TYPES.has((contentType.split(';')[0] ?? '').trim().toLowerCase())
  );
}
