import { createGzip } from 'node:zlib';
import { Failure } from '../failure.ts';
import type { Reply } from '../http/reply.ts';
import type { ObjectInfo, StoredObject } from '../store/object-store.ts';
import { assertReadable } from './archive.ts';
import { forcedDownload } from './forced-download.ts';
import { compresses } from './gzip-rule.ts';
import { objectHeaders } from './object-headers.ts';
import type { ObjectInput } from './operation.ts';
import { assertPreconditions } from './preconditions.ts';
import { resolveRange } from './range.ts';
import { resolveSymlink } from './resolve-symlink.ts';
import { versionHeader, versionIn } from './object-version.ts';
import { responseOverrides } from './response-overrides.ts';
import { pacedDownload } from './traffic-limit.ts';

/** GetObject and HeadObject. */
export async function getObject(input: ObjectInput): Promise<Reply> {
  const { request, context, address } = input;
  const isHead = request.method === 'HEAD';
  const overrides = responseOverrides(input);
  const object = resolveSymlink(input);
  const now = context.clock.now();
  if (!isHead) assertReadable(object, now);
  const own = { ...objectHeaders(object, now), ...versionHeader(input.bucket, object), ...tagCount(input, object) };
  if (assertPreconditions(request.headers, object)) {
    return { status: 304, headers: { ETag: own['ETag'] ?? '', 'Last-Modified': own['Last-Modified'] ?? '' } };
  }
  const merged = { ...own, ...overrides };
  const headers = { ...merged, ...forcedDownload(merged, address.cname) };
  if (compresses(request.headers, object, headers['Content-Type'] ?? '')) return compressed(input, headers, object);

  const range = resolveRange(request.headers.get('range'), object.size, isStandard(input));
  if (range.kind === 'unsatisfiable') throw invalidRange(object);
  const part = range.kind === 'part' ? range : { start: 0, end: object.size - 1 };
  const length = part.end - part.start + 1;
  const contentRange = { 'Content-Range': `bytes ${part.start}-${part.end}/${object.size}` };
  const body = isHead || length === 0 ? undefined : object.read(part.start, part.end);
  return {
    status: range.kind === 'part' ? 206 : 200,
    headers: { ...headers, 'Content-Length': String(length), ...(range.kind === 'part' ? contentRange : {}) },
    ...(body === undefined ? {} : { body: pacedDownload(body, input) }),
  };
}

/** GetObjectMeta: length, entity tag, time and nothing else. */
export async function getObjectMeta(input: ObjectInput): Promise<Reply> {
  const object = resolveSymlink(input);
  const { ETag = '', 'Last-Modified': modified = '' } = objectHeaders(object, input.context.clock.now());
  const crc64 = { 'x-oss-hash-crc64ecma': object.crc64.toString() };
  const headers = { ETag, 'Last-Modified': modified, ...crc64, ...versionHeader(input.bucket, object) };
  return { status: 200, headers: { ...headers, 'Content-Length': String(object.size) } };
}

// Only who may read the tags is told how many there are.
function tagCount(input: ObjectInput, { tags, key }: ObjectInfo): Record<string, string> {
  if (tags === undefined || tags.size === 0) return {};
  const versionId = versionIn(input.request);
  try {
    const action = versionId === undefined ? 'oss:GetObjectTagging' : 'oss:GetObjectVersionTagging';
    input.authorize(action, input.bucket.name, key, versionId);
    return { 'x-oss-tagging-count': String(tags.size) };
  } catch (error) {
    if (error instanceof Failure) return {};
    throw error;
  }
}

function isStandard(input: ObjectInput): boolean {
  return input.request.headers.get('x-oss-range-behavior') === 'standard';
}

// Compressed while it is sent, so neither its length nor an entity tag is known.
function compressed(input: ObjectInput, headers: Readonly<Record<string, string>>, object: StoredObject): Reply {
  const { ETag: _tag, 'Content-MD5': _md5, 'Accept-Ranges': _ranges, ...kept } = headers;
  const sent = { ...kept, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding', 'Transfer-Encoding': 'chunked' };
  if (input.request.method === 'HEAD') return { status: 200, headers: sent };
  const gzip = createGzip();
  const source = object.read(0, object.size - 1);
  source.on('error', (error) => gzip.destroy(error));
  gzip.on('close', () => source.destroy());
  return { status: 200, headers: sent, body: pacedDownload(source.pipe(gzip), input) };
}

function invalidRange(object: ObjectInfo): Failure {
  return new Failure({
    status: 416,
    code: 'InvalidRange',
    message: 'The requested range cannot be satisfied',
    details: { ActualObjectSize: object.size },
    headers: { 'Content-Range': `bytes */${object.size}` },
  });
}
