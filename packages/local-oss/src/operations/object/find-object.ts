import { defined } from '@ossgrant/credentials-core/internal';
import { EC } from '../../http/ec.ts';
import type { ServerContext } from '../../context.ts';
import { Refusal, noSuchBucket, noSuchKey, noSuchVersion } from '../../http/refusal.ts';
import { parameter, type RawRequest } from '../../http/raw-request.ts';
import type { Bucket, ObjectVersion, StoredObject } from '../../store/object-store.ts';
import type { ObjectInput } from '../operation.ts';

/** @throws Refusal 404 NoSuchBucket */
export function requireBucket(context: ServerContext, name: string): Bucket {
  const bucket = context.store.bucket(name);
  if (bucket === undefined) throw noSuchBucket(name);
  return bucket;
}

/** Makes the refusal for a delete marker that is named by its version id. */
type MarkerRefusal = (key: string, headers: Readonly<Record<string, string>>) => Refusal;

/** The version that a request names; `undefined` for the current one. */
export function versionIn(request: Pick<RawRequest, 'query'>): string | undefined {
  return parameter(request, 'versionId');
}

/**
 * Finds the object of a request.
 *
 * @throws Refusal 404 NoSuchKey or NoSuchVersion; `markerNamed` when the version is a delete marker
 */
export function requireObject(input: ObjectInput, markerNamed?: MarkerRefusal): StoredObject {
  const { method } = input.request;
  return requireVersion(input, versionIn(input.request), markerNamed ?? notAllowedOnMarker(method));
}

/** @throws Refusal as `requireObject` */
export function requireVersion(
  { bucket, key }: { readonly bucket: Bucket; readonly key: string },
  versionId: string | undefined,
  markerNamed: MarkerRefusal,
): StoredObject {
  const object = bucket.get(key, versionId);
  if (object !== undefined) return object;
  const marker = bucket.version(key, versionId);
  if (marker === undefined) throw versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId);
  const headers = { 'x-oss-delete-marker': 'true', 'x-oss-version-id': marker.versionId };
  throw versionId === undefined ? noSuchKey(key, headers) : markerNamed(key, headers);
}

/** `x-oss-version-id`, where there is versioning. */
export function versionHeader(bucket: Bucket, { versionId }: Pick<ObjectVersion, 'versionId'>): Record<string, string> {
  return bucket.settings.versioning === undefined ? {} : { 'x-oss-version-id': versionId };
}

function notAllowedOnMarker(method: string): MarkerRefusal {
  return (_key, headers) =>
    new Refusal({
      status: 405,
      code: 'MethodNotAllowed',
      message: 'The specified method is not allowed against this resource.',
      details: { Method: method, ResourceType: 'DeleteMarker' },
      headers: { ...headers, Allow: 'DELETE' },
    });
}

/**
 * Checks If-Match, If-None-Match, If-Modified-Since and If-Unmodified-Since.
 *
 * @returns whether the response is 304
 * @throws Refusal 412 PreconditionFailed
 */
export function assertPreconditions(headers: ReadonlyMap<string, string>, object: ObjectVersion): boolean {
  const match = headers.get('if-match');
  if (match !== undefined && !sameTag(match, object.etag)) throw preconditionFailed('If-Match');
  const modified = Math.floor(object.lastModified.getTime() / 1000) * 1000;
  const unmodifiedSince = Date.parse(headers.get('if-unmodified-since') ?? '');
  if (match === undefined && modified > unmodifiedSince) throw preconditionFailed('If-Unmodified-Since');
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== undefined) return sameTag(noneMatch, object.etag);
  return modified <= Date.parse(headers.get('if-modified-since') ?? '');
}

function sameTag(given: string, etag: string): boolean {
  return given.split(',').some((tag) => tag.trim() === '*' || bare(tag) === bare(etag));
}

// Quotes and case are tolerated: many clients send the bare hash.
function bare(tag: string): string {
  return tag
    .replace(/^\s*W\//, '')
    .replaceAll('"', '')
    .trim()
    .toUpperCase();
}

function preconditionFailed(condition: string): Refusal {
  return new Refusal({
    status: 412,
    code: 'PreconditionFailed',
    message: 'At least one of the pre-conditions you specified did not hold.',
    ec: EC.preconditionFailed,
    details: { Condition: condition },
  });
}

/**
 * The object behind a key: itself, or the target of a symlink. Headers, tags, type and version are the link's, the bytes and all
 * that describes them the target's, the time the later of both. The caller needs permission to read both.
 *
 * @throws Refusal 404 NoSuchKey or SymlinkTargetNotExist, 400 InvalidTargetType, 403 AccessDenied
 */
export function resolveSymlink(input: ObjectInput): StoredObject {
  const { bucket } = input;
  const object = requireObject(input);
  if (object.type !== 'Symlink' || object.target === undefined) return object;
  input.authorize('oss:GetObject', bucket.name, object.target);
  const target = bucket.get(object.target);
  if (target === undefined) {
    throw new Refusal({
      status: 404,
      code: 'SymlinkTargetNotExist',
      message: 'The symlink target object does not exist',
      ec: EC.symlinkTargetMissing,
      details: { Key: object.target },
    });
  }
  if (target.type === 'Symlink') {
    throw new Refusal({ status: 400, code: 'InvalidTargetType', message: 'The symlink target object is a symlink.' });
  }
  const lastModified = target.lastModified > object.lastModified ? target.lastModified : object.lastModified;
  const { headers, tags, versionId } = object;
  const { tags: _others, ...bytes } = target;
  return { ...bytes, type: 'Symlink', headers, ...defined({ tags }), lastModified, versionId };
}
