import { Failure } from '../failure.ts';
import { parameter } from '../http/raw-request.ts';
import type { Reply } from '../http/reply.ts';
import type { ObjectInfo } from '../store/object-store.ts';
import { assertPreconditions } from './preconditions.ts';
import type { ObjectInput } from './operation.ts';
import { resolveRange } from './range.ts';

const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
] as const;

/** GetObject and HeadObject. */
export async function getObject(input: ObjectInput): Promise<Reply> {
  const { request, bucket, key } = input;
  const object = bucket.get(key);
  if (object === undefined) throw noSuchKey(key);
  const notModified = assertPreconditions(request.headers, object);
  if (notModified) return { status: 304, headers: { ETag: object.etag, 'Last-Modified': httpDate(object) } };
  const headers = { ...objectHeaders(object), ...overrides(input) };
  const standard = request.headers.get('x-oss-range-behavior') === 'standard';
  const range = resolveRange(request.headers.get('range'), object.size, standard);
  if (range.kind === 'unsatisfiable') throw invalidRange(object);
  const part = range.kind === 'part' ? range : { start: 0, end: object.size - 1 };
  const length = part.end - part.start + 1;
  const contentRange = `bytes ${part.start}-${part.end}/${object.size}`;
  return {
    status: range.kind === 'part' ? 206 : 200,
    headers: {
      ...headers,
      'Content-Length': String(length),
      ...(range.kind === 'part' ? { 'Content-Range': contentRange } : {}),
    },
    ...(request.method === 'HEAD' || length === 0 ? {} : { body: object.read(part.start, part.end) }),
  };
}

/** Headers of every answer about an object. The CRC is the whole object's, on parts too. */
export function objectHeaders(object: ObjectInfo): Record<string, string> {
  return {
    'Accept-Ranges': 'bytes',
    'Content-Type': 'application/octet-stream',
    ETag: object.etag,
    'Last-Modified': httpDate(object),
    'Content-MD5': object.md5,
    'x-oss-object-type': 'Normal',
    'x-oss-storage-class': 'Standard',
    'x-oss-hash-crc64ecma': object.crc64.toString(),
    ...Object.fromEntries([...object.headers].map(([name, value]) => [canonicalName(name), value])),
  };
}

/** 404 NoSuchKey. */
export function noSuchKey(key: string): Failure {
  return new Failure({
    status: 404,
    code: 'NoSuchKey',
    message: 'The specified key does not exist.',
    ec: '0026-00000001',
    details: { Key: key },
  });
}

// `response-*` parameters count only when they were signed: anonymous use is refused.
function overrides(input: ObjectInput): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of OVERRIDES) {
    const value = parameter(input.request, `response-${name}`);
    if (value === undefined) continue;
    if (!input.signed) {
      throw new Failure({
        status: 400,
        code: 'InvalidRequest',
        message: 'Request specific response headers cannot be used for anonymous GET requests.',
      });
    }
    found[canonicalName(name)] = Buffer.from(value).toString('latin1');
  }
  return found;
}

function invalidRange(object: ObjectInfo): Failure {
  return new Failure({
    status: 416,
    code: 'InvalidRange',
    message: 'The requested range cannot be satisfied',
    details: { ActualObjectSize: String(object.size) },
    headers: { 'Content-Range': `bytes */${object.size}` },
  });
}

function httpDate(object: ObjectInfo): string {
  return object.lastModified.toUTCString();
}

function canonicalName(name: string): string {
  return name.startsWith('x-oss-') ? name : name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
