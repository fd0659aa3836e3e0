import { Failure, invalidArgument } from '../failure.ts';
import { assertBucketName, assertKey } from '../http/address.ts';
import { percentDecode } from '../http/percent-decode.ts';
import type { Bucket, StoredObject } from '../store/object-store.ts';
import { assertReadable } from './archive.ts';
import { requireBucket } from './object-failures.ts';
import { requireVersion, versionHeader } from './object-version.ts';
import type { ObjectInput } from './operation.ts';
import { assertPreconditions } from './preconditions.ts';

/** What is to be copied. */
export interface CopySource {
  readonly bucket: Bucket;
  readonly key: string;
  readonly versionId?: string;
  readonly object: StoredObject;
  /** `x-oss-copy-source-if-...` say that the answer is 304. */
  readonly notModified: boolean;
  /** What the answer says of it. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Finds what `x-oss-copy-source` names: `/bucket/key`, percent-encoded, or one version of it with `?versionId=`.
 *
 * @throws Failure 400 InvalidArgument, 403 AccessDenied, 404 NoSuchKey, 412 PreconditionFailed
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
  return { bucket, key, object, notModified, headers, ...(versionId === undefined ? {} : { versionId }) };
}

function parseSource(text: string): { readonly bucket: string; readonly key: string; readonly versionId?: string } {
  const [encoded = '', versionId] = text.split('?versionId=');
  // The header's text was read as UTF-8; decoding wants the bytes.
  const path = percentDecode(Buffer.from(encoded).toString('latin1'))?.replace(/^\//, '');
  const slash = path?.indexOf('/') ?? -1;
  if (path === undefined || slash === -1) throw invalidArgument('Copy Source must mention the source bucket and key.');
  const source = { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
  assertBucketName(source.bucket);
  assertKey(source.key);
  return versionId === undefined ? source : { ...source, versionId };
}

function markerIsNoSource(key: string, headers: Readonly<Record<string, string>>): Failure {
  const message = 'The source of a copy cannot be a delete marker.';
  return new Failure({
    status: 400,
    code: 'InvalidArgument',
    message,
    ec: '0016-00000307',
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
