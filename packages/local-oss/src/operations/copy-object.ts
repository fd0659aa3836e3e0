import { invalidArgument } from '../failure.ts';
import { assertBucketName, assertKey } from '../http/address.ts';
import { percentDecode } from '../http/percent-decode.ts';
import type { Reply } from '../http/reply.ts';
import { toXml } from '../http/xml.ts';
import { Readable } from 'node:stream';
import { assertReadable } from './archive.ts';
import { noSuchKey, notImplemented, requireBucket } from './object-failures.ts';
import type { ObjectInput } from './operation.ts';
import { assertPreconditions } from './preconditions.ts';
import { uploadFacts } from './upload-facts.ts';

/** CopyObject, also onto itself to change what is said of an object. */
export async function copyObject(input: ObjectInput): Promise<Reply> {
  const { request, context, bucket, key } = input;
  const from = parseSource(request.headers.get('x-oss-copy-source') ?? '');
  input.authorize('oss:GetObject', from.bucket, from.key);
  const source = requireBucket(context, from.bucket).get(from.key);
  if (source === undefined) throw noSuchKey(from.key);
  const now = context.clock.now();
  assertReadable(source, now);
  if (assertPreconditions(sourceConditions(request.headers), source)) return { status: 304 };
  const given = uploadFacts(request.headers);
  const directive = request.headers.get('x-oss-metadata-directive') ?? 'COPY';
  if (!['COPY', 'REPLACE'].includes(directive)) throw invalidArgument('The x-oss-metadata-directive is not valid.');
  const body = source.size === 0 ? Readable.from([]) : source.read(0, source.size - 1);
  // Its file is open from here on, whether it is read or not.
  const stored = await bucket
    .put({
      key,
      ...given,
      headers: directive === 'REPLACE' ? given.headers : source.headers,
      // A symlink is copied as one; what it points to is not.
      ...(source.target === undefined ? {} : { type: source.type, target: source.target }),
      body,
      etag: source.etag,
      lastModified: now,
    })
    .finally(() => body.destroy());
  const xml = toXml('CopyObjectResult', { ETag: stored.etag, LastModified: now.toISOString() });
  const headers = { 'Content-Type': 'application/xml', 'x-oss-hash-crc64ecma': stored.crc64.toString() };
  return { status: 200, headers, body: xml };
}

function parseSource(text: string): { readonly bucket: string; readonly key: string } {
  if (/[?&]versionId=/.test(text)) throw notImplemented('copies of versions');
  // The header's text was read as UTF-8; decoding wants the bytes.
  const path = percentDecode(Buffer.from(text).toString('latin1'))?.replace(/^\//, '');
  const slash = path?.indexOf('/') ?? -1;
  if (path === undefined || slash === -1) throw invalidArgument('Copy Source must mention the source bucket and key.');
  const source = { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
  assertBucketName(source.bucket);
  assertKey(source.key);
  return source;
}

function sourceConditions(headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const prefix = 'x-oss-copy-source-';
  return new Map(
    [...headers].flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [])),
  );
}
