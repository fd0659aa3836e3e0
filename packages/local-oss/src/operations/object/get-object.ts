import { createGzip } from 'node:zlib';
import { Refusal, invalidArgument } from '../../http/refusal.ts';
import { parameter } from '../../http/raw-request.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import type { ObjectVersion, StoredObject } from '../../store/object-store.ts';
import type { ObjectInput } from '../operation.ts';
import { assertReadable } from './archive.ts';
import { assertPreconditions, requireObject, resolveSymlink, versionHeader, versionIn } from './find-object.ts';
import { canonicalName, objectHeaders } from './object-headers.ts';
import { pacedDownload } from './traffic-limit.ts';

/**
 * The header that keeps browsers from showing what anybody may have uploaded: on OSS's own domains HTML and images are
 * downloads. A custom domain is exempt.
 */
export function forcedDownload(headers: Readonly<Record<string, string>>, cname: boolean): Record<string, string> {
  if (cname || !/^(text\/html|application\/xhtml\+xml|image\/)/i.test(headers['Content-Type'] ?? '')) return {};
  const disposition = headers['Content-Disposition'] ?? '';
  const kept = /^attachment/i.test(disposition) ? disposition : 'attachment';
  return { 'Content-Disposition': kept, 'x-oss-force-download': 'true' };
}

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

/** Whether OSS compresses a response on the fly. A Range asks for the stored bytes. */
export function compresses(headers: ReadonlyMap<string, string>, object: ObjectVersion, contentType: string): boolean {
  const accepted = (headers.get('accept-encoding') ?? '').split(',');
  return (
    accepted.some((item) => GZIP.test(item)) &&
    !headers.has('range') &&
    object.size >= MIN_BYTES &&
    !object.headers.has('content-encoding') &&
    TYPES.has((contentType.split(';')[0] ?? '').trim().toLowerCase())
  );
}

/** The meaning of a Range header for one object; both ends are included. */
export type RangeResult =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

const WHOLE = { kind: 'whole' } as const;
const RANGE = /^(\d{1,15}-\d{0,15}|-\d{1,15})$/;

/**
 * Resolves a Range header as OSS does: one that cannot be used as it stands is ignored and the whole object is sent,
 * unless `x-oss-range-behavior: standard` asks for the rules of HTTP. Several ranges at once are never served, but a first
 * range followed by a comma and anything else than a range is.
 */
export function resolveRange(header: string | undefined, size: number, standard: boolean): RangeResult {
  const unusable: RangeResult = standard ? { kind: 'unsatisfiable' } : WHOLE;
  const text = header?.trim() ?? '';
  const [spec = '', ...others] = text.split(',');
  if (others.some((other) => RANGE.test(other.trim())))
    return RANGE.test(spec.replace('bytes=', '')) ? unusable : WHOLE;
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(spec.trim());
  if (match === null) return WHOLE;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return WHOLE;
  if (first === '') {
    const length = Number(last);
    if (length === 0 || size === 0) return unusable;
    if (length > size && !standard) return WHOLE;
    return { kind: 'part', start: Math.max(size - length, 0), end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Number(last);
  if (last !== '' && end < start) return WHOLE;
  if (start >= size) return unusable;
  if (end >= size && !standard) return WHOLE;
  return { kind: 'part', start, end: Math.min(end, size - 1) };
}

const NAMES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
] as const;

/**
 * Headers that `response-*` parameters set. They need a signature.
 *
 * @throws Refusal 400 for anonymous use and for control characters
 */
export function responseOverrides(input: ObjectInput): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of NAMES) {
    const value = parameter(input.request, `response-${name}`);
    if (value === undefined) continue;
    if (!input.signed) {
      throw new Refusal({
        status: 400,
        code: 'InvalidRequest',
        message: 'Request specific response headers cannot be used for anonymous GET requests.',
      });
    }
    if (/\p{Cc}/u.test(value)) throw invalidArgument(`The response-${name} has a control character.`);
    found[canonicalName(name)] = value;
  }
  return found;
}

/** GetObject and HeadObject. */
export async function getObject(input: ObjectInput): Promise<OssResponse> {
  const { request, context, address } = input;
  const isHead = request.method === 'HEAD';
  const overrides = responseOverrides(input);
  const object = resolveSymlink(input);
  const now = context.clock.now();
  if (!isHead) assertReadable(object, now);
  const own = { ...objectHeaders(object, now), ...versionHeader(input.bucket, object), ...tagCount(input, object) };
  // All that describes the object, but for its length.
  if (assertPreconditions(request.headers, object)) return { status: 304, headers: own };
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

/** GetObjectMeta: length, entity tag, time and nothing else; of a symlink its own. */
export async function getObjectMeta(input: ObjectInput): Promise<OssResponse> {
  const object = requireObject(input);
  const { ETag = '', 'Last-Modified': modified = '' } = objectHeaders(object, input.context.clock.now());
  const crc64 = { 'x-oss-hash-crc64ecma': object.crc64.toString() };
  const headers = { ETag, 'Last-Modified': modified, ...crc64, ...versionHeader(input.bucket, object) };
  return { status: 200, headers: { ...headers, 'Content-Length': String(object.size) } };
}

// The count is sent only to callers that may read the tags.
function tagCount(input: ObjectInput, { tags, key }: ObjectVersion): Record<string, string> {
  if (tags === undefined || tags.size === 0) return {};
  const versionId = versionIn(input.request);
  try {
    const action = versionId === undefined ? 'oss:GetObjectTagging' : 'oss:GetObjectVersionTagging';
    input.authorize(action, input.bucket.name, key, versionId);
    return { 'x-oss-tagging-count': String(tags.size) };
  } catch (error) {
    if (error instanceof Refusal) return {};
    throw error;
  }
}

function isStandard(input: ObjectInput): boolean {
  return input.request.headers.get('x-oss-range-behavior') === 'standard';
}

// Compressed while it is sent, so neither its length nor an entity tag is known.
function compressed(input: ObjectInput, headers: Readonly<Record<string, string>>, object: StoredObject): OssResponse {
  const { ETag: _tag, 'Content-MD5': _md5, 'Accept-Ranges': _ranges, ...kept } = headers;
  const sent = { ...kept, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding', 'Transfer-Encoding': 'chunked' };
  if (input.request.method === 'HEAD') return { status: 200, headers: sent };
  const gzip = createGzip();
  const source = object.read(0, object.size - 1);
  source.on('error', (error) => gzip.destroy(error));
  gzip.on('close', () => source.destroy());
  return { status: 200, headers: sent, body: pacedDownload(source.pipe(gzip), input) };
}

function invalidRange(object: ObjectVersion): Refusal {
  return new Refusal({
    status: 416,
    code: 'InvalidRange',
    message: 'The requested range cannot be satisfied',
    details: { ActualObjectSize: object.size },
    headers: { 'Content-Range': `bytes */${object.size}` },
  });
}
