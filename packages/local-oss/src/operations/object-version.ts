import { Failure } from '../failure.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import type { Bucket, ObjectInfo, StoredObject } from '../store/object-store.ts';
import { noSuchKey, noSuchVersion } from './object-failures.ts';
import type { ObjectInput } from './operation.ts';

/** What is said of a delete marker that is asked for by its id. */
type MarkerFailure = (key: string, headers: Readonly<Record<string, string>>) => Failure;

/** The version that a request names; `undefined` for the current one. */
export function versionIn(request: Pick<RawRequest, 'query'>): string | undefined {
  return parameter(request, 'versionId');
}

/**
 * The object that a request is about.
 *
 * @throws Failure 404 NoSuchKey or NoSuchVersion; `markerNamed` when the version is a delete marker
 */
export function requireObject(input: ObjectInput, markerNamed: MarkerFailure = methodNotAllowedOnMarker): StoredObject {
  return requireVersion(input, versionIn(input.request), markerNamed);
}

/** @throws Failure as `requireObject` */
export function requireVersion(
  { bucket, key }: { readonly bucket: Bucket; readonly key: string },
  versionId: string | undefined,
  markerNamed: MarkerFailure,
): StoredObject {
  const object = bucket.get(key, versionId);
  if (object !== undefined) return object;
  const marker = bucket.version(key, versionId);
  if (marker === undefined) throw versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId);
  const headers = { 'x-oss-delete-marker': 'true', 'x-oss-version-id': marker.versionId };
  throw versionId === undefined ? noSuchKey(key, headers) : markerNamed(key, headers);
}

/** `x-oss-version-id`, where there is versioning. */
export function versionHeader(bucket: Bucket, { versionId }: Pick<ObjectInfo, 'versionId'>): Record<string, string> {
  return bucket.settings.versioning === undefined ? {} : { 'x-oss-version-id': versionId };
}

function methodNotAllowedOnMarker(key: string, headers: Readonly<Record<string, string>>): Failure {
  return new Failure({
    status: 405,
    code: 'MethodNotAllowed',
    message: 'The specified method is not allowed against this resource.',
    details: { ResourceType: 'DeleteMarker', Key: key },
    headers,
  });
}
