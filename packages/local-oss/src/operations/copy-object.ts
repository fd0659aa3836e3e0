import { Readable } from 'node:stream';
import { invalidArgument } from '../failure.ts';
import type { Reply } from '../http/reply.ts';
import { toXml } from '../http/xml.ts';
import type { ObjectInfo } from '../store/object-store.ts';
import { copySource, type CopySource } from './copy-source.ts';
import { versionHeader } from './object-version.ts';
import type { ObjectInput } from './operation.ts';
import type { Tags } from './tags.ts';
import { uploadFacts } from './upload-facts.ts';

/** CopyObject, also onto itself to change what is said of an object. */
export async function copyObject(input: ObjectInput): Promise<Reply> {
  const source = copySource(input);
  if (source.notModified) return { status: 304 };
  const stored = await copied(input, source);
  const LastModified = stored.lastModified.toISOString();
  const headers = {
    'Content-Type': 'application/xml',
    ETag: stored.etag,
    'x-oss-hash-crc64ecma': stored.crc64.toString(),
    ...source.headers,
    ...versionHeader(input.bucket, stored),
  };
  return { status: 200, headers, body: toXml('CopyObjectResult', { ETag: stored.etag, LastModified }) };
}

async function copied(input: ObjectInput, source: CopySource): Promise<ObjectInfo> {
  const { bucket, key, context, request } = input;
  const { object } = source;
  const given = uploadFacts(input);
  const isItself = source.bucket === bucket && source.key === key && bucket.settings.versioning === undefined;
  const replaces = directive(request.headers, 'x-oss-metadata-directive') === 'replace' || isItself;
  const tags = copiedTags(input, source, given.tags);
  const { forbidOverwrite, tags: _given, ...rest } = given;
  const facts = {
    ...rest,
    headers: replaces ? given.headers : object.headers,
    ...(tags === undefined ? {} : { tags }),
  };
  const lastModified = context.clock.now();
  // Where there are no versions, nothing is copied: it is told anew what the object is.
  if (isItself && forbidOverwrite !== true) {
    const changes = { storageClass: bucket.settings.storageClass, ...facts, lastModified };
    bucket.update(key, changes);
    return { ...object, ...changes };
  }
  const body = object.size === 0 ? Readable.from([]) : object.read(0, object.size - 1);
  const symlink = object.target === undefined ? {} : { type: object.type, target: object.target };
  const { etag } = object;
  const overwrite = forbidOverwrite === undefined ? {} : { forbidOverwrite };
  // A symlink is copied as one; what it points to is not. The file is open from here on, whether it is read or not.
  return bucket
    .put({ key, ...facts, ...overwrite, ...symlink, body, etag, lastModified })
    .finally(() => body.destroy());
}

// Who copies tags needs the right to read and to write them; who gives others has been asked for the latter.
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
