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

/** Whether OSS compresses an answer on the fly. A Range asks for the bytes as they are stored. */
export function compresses(headers: ReadonlyMap<string, string>, object: ObjectInfo, contentType: string): boolean {
  const accepted = (headers.get('accept-encoding') ?? '').split(',').map((item) => item.trim().split(';')[0]);
  return (
    accepted.includes('gzip') &&
    !headers.has('range') &&
    object.size >= MIN_BYTES &&
    !object.headers.has('content-encoding') &&
    TYPES.has((contentType.split(';')[0] ?? '').trim().toLowerCase())
  );
}
