import { defined } from '@ossgrant/credentials-core/internal';
import { Readable } from 'node:stream';
import { EC } from '../../http/ec.ts';
import { assertBucketName, assertKey } from '../../http/address.ts';
import { Refusal, invalidArgument } from '../../http/refusal.ts';
import { decodeUrlText } from '../../http/raw-request.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { toXml } from '../../http/xml.ts';
import type { Bucket, StoredObject, ObjectVersion } from '../../store/object-store.ts';
import type { ObjectInput } from '../operation.ts';
import { xmlResponse } from '../xml-bodies.ts';
import { assertReadable } from './archive.ts';
import { requireBucket, requireVersion, versionHeader, assertPreconditions } from './find-object.ts';
import { resolveRange } from './get-object.ts';
import { partNumber, uploadIdOf } from './multipart.ts';
import type { Tags } from './tags.ts';
import { encryptionHeader, ENCRYPTION, uploadFacts } from './upload-facts.ts';

/** The source of a copy. */
export interface CopySource {
  readonly bucket: Bucket;
  readonly key: string;
  readonly versionId?: string;
  readonly object: StoredObject;
  /** The `x-oss-copy-source-if-...` conditions ask for a 304. */
  readonly notModified: boolean;
  /** The response's `EncodingType`. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Finds what `x-oss-copy-source` names: `/bucket/key`, percent-encoded, or one version of it with `?versionId=`.
 *
 * @throws Refusal 400 InvalidArgument, 403 AccessDenied, 404 NoSuchKey, 412 PreconditionFailed
 */
export function copySource(input: ObjectInput): CopySource {
  const { request, context } = input;
  const { bucket: name, key, versionId } = parseSource(request.headers.get('x-oss-copy-source') ?? '');
  input.authorize(versionId === undefined ? 'oss:GetObject' : 'oss:GetObjectVersion', name, key, versionId);
  const bucket = requireBucket(context, name);
  const object = requireVersion({ bucket, key }, versionId, markerIsNoSource);
  assertReadable(object, context.clock.now());
  const notModified = assertPreconditions(sourceConditions(request.headers), object);
  const { 'x-oss-version-id': id } = versionHeader(bucket, object);
  const headers: Record<string, string> = id === undefined ? {} : { 'x-oss-copy-source-version-id': id };
  return { bucket, key, object, notModified, headers, ...defined({ versionId }) };
}

function parseSource(text: string): { readonly bucket: string; readonly key: string; readonly versionId?: string } {
  const [encoded = '', ...after] = text.split('?');
  const versionId = versionOfSource(after.join('?'));
  // The header's text was read as UTF-8; decoding wants the bytes.
  const path = decodeUrlText(Buffer.from(encoded).toString('latin1'))?.replace(/^\//, '');
  const slash = path?.indexOf('/') ?? -1;
  if (path === undefined || slash === -1) throw invalidArgument('Copy Source must mention the source bucket and key.');
  const source = { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
  assertBucketName(source.bucket);
  assertKey(source.key);
  return versionId === undefined ? source : { ...source, versionId };
}

function versionOfSource(query: string): string | undefined {
  if (query === '') return undefined;
  const invalid = (ec: string): Refusal => invalidArgument('The x-oss-copy-source is not valid.', ec);
  if (!query.startsWith('versionId=')) throw invalid(EC.copySourceParameter);
  const versionId = query.slice('versionId='.length);
  if (versionId === '') throw invalid(EC.copySourceVersionEmpty);
  return versionId;
}

function markerIsNoSource(key: string, headers: Readonly<Record<string, string>>): Refusal {
  const message = 'The source of a copy cannot be a delete marker.';
  return new Refusal({
    status: 400,
    code: 'InvalidArgument',
    message,
    ec: EC.copySourceMarker,
    details: { Key: key },
    headers,
  });
}

function sourceConditions(headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const prefix = 'x-oss-copy-source-';
  return new Map(
    [...headers].flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [])),
  );
}

/** CopyObject, also onto itself to change what is said of an object. */
export async function copyObject(input: ObjectInput): Promise<OssResponse> {
  const source = copySource(input);
  if (source.notModified) return { status: 304 };
  const stored = await copied(input, source);
  const LastModified = stored.lastModified;
  const headers = {
    ETag: stored.etag,
    'x-oss-hash-crc64ecma': stored.crc64.toString(),
    ...encryptionHeader(stored.headers),
    ...source.headers,
    ...versionHeader(input.bucket, stored),
  };
  return xmlResponse(toXml('CopyObjectResult', { ETag: stored.etag, LastModified }), headers);
}

async function copied(input: ObjectInput, source: CopySource): Promise<ObjectVersion> {
  const { bucket, key, context, request } = input;
  const { object } = source;
  const given = uploadFacts(input);
  const isItself = source.bucket === bucket && source.key === key && bucket.settings.versioning === undefined;
  const replaces = directive(request.headers, 'x-oss-metadata-directive') === 'replace' || isItself;
  const tags = copiedTags(input, source, given.tags);
  const { forbidOverwrite, tags: _given, ...rest } = given;
  const facts = {
    ...rest,
    headers: replaces
      ? withType(given.headers, object.headers)
      : withEncryption(object.headers, encryptionHeader(given.headers)),
    ...defined({ tags }),
  };
  const lastModified = context.clock.now();
  // Without versioning no bytes are copied: only the object's description changes.
  if (isItself && forbidOverwrite !== true) {
    const changes = { storageClass: bucket.settings.storageClass, ...facts, lastModified };
    bucket.update(key, changes);
    return { ...object, ...changes };
  }
  const body = object.size === 0 ? Readable.from([]) : object.read(0, object.size - 1);
  const symlink = object.target === undefined ? {} : { type: object.type, target: object.target };
  const { etag } = object;
  const overwrite = defined({ forbidOverwrite });
  // A symlink is copied as one, without its target. The file is open from here on, whether it is read or not.
  return bucket
    .put({ key, ...facts, ...overwrite, ...symlink, body, etag, lastModified })
    .finally(() => body.destroy());
}

// A copy is encrypted as its own request says, whatever its source is.
function withEncryption(
  source: ReadonlyMap<string, string>,
  encryption: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const others = [...source].filter(([name]) => name !== ENCRYPTION);
  return new Map([...others, ...Object.entries(encryption)]);
}

// A replacement without a type of its own keeps the source's.
function withType(
  given: ReadonlyMap<string, string>,
  source: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const type = source.get('content-type');
  return given.has('content-type') || type === undefined ? given : new Map([...given, ['content-type', type]]);
}

// Copying tags needs permission to read and to write them; `uploadFacts` has checked the latter for tags in a header.
function copiedTags(input: ObjectInput, source: CopySource, given: Tags | undefined): Tags | undefined {
  if (directive(input.request.headers, 'x-oss-tagging-directive') === 'replace') return given ?? new Map();
  const { tags } = source.object;
  if (tags === undefined || tags.size === 0) return tags;
  const read = source.versionId === undefined ? 'oss:GetObjectTagging' : 'oss:GetObjectVersionTagging';
  input.authorize(read, source.bucket.name, source.key, source.versionId);
  input.authorize('oss:PutObjectTagging', input.bucket.name, input.key);
  return tags;
}

function directive(headers: ReadonlyMap<string, string>, name: string): 'copy' | 'replace' {
  const value = (headers.get(name) ?? 'COPY').toLowerCase();
  if (value === 'copy' || value === 'replace') return value;
  throw invalidArgument(`The ${name} is not valid.`);
}

/** UploadPartCopy: a part from an object, or from a range of it; a range that cannot be used is the whole object. */
export async function uploadPartCopy(input: ObjectInput): Promise<OssResponse> {
  const id = uploadIdOf(input, 'part-copy');
  const number = partNumber(input);
  const { object, notModified, headers } = copySource(input);
  if (notModified) return { status: 304 };
  const range = resolveRange(input.request.headers.get('x-oss-copy-source-range'), object.size, false);
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: object.size - 1 };
  const bytes = end < start ? Readable.from([]) : object.read(start, end);
  const lastModified = input.context.clock.now();
  const part = await input.bucket.uploads
    .put(id, number, { body: bytes, lastModified })
    // Its file is open, whether it was read or not.
    .finally(() => bytes.destroy());
  const body = toXml('CopyPartResult', { LastModified: lastModified, ETag: part.etag });
  return xmlResponse(body, {
    ETag: part.etag,
    'x-oss-hash-crc64ecma': part.crc64.toString(),
    ...encryptionHeader(input.bucket.uploads.factsOf(id)?.headers),
    ...headers,
  });
}
