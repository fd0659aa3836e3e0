import { Failure } from '../failure.ts';
import type { StoredObject } from '../store/object-store.ts';
import { requireObject } from './object-version.ts';
import type { ObjectInput } from './operation.ts';

/**
 * The object behind a key: itself, or what a symlink points to, with the link's type and the later of both times. The
 * caller needs the right to read both.
 *
 * @throws Failure 404 NoSuchKey or SymlinkTargetNotExist, 400 InvalidTargetType, 403 AccessDenied
 */
export function resolveSymlink(input: ObjectInput): StoredObject {
  const { bucket } = input;
  const object = requireObject(input);
  if (object.type !== 'Symlink' || object.target === undefined) return object;
  input.authorize('oss:GetObject', bucket.name, object.target);
  const target = bucket.get(object.target);
  if (target === undefined) {
    throw new Failure({
      status: 404,
      code: 'SymlinkTargetNotExist',
      message: 'The symlink target object does not exist',
      ec: '0026-00000008',
      details: { Key: object.target },
    });
  }
  if (target.type === 'Symlink') {
    throw new Failure({ status: 400, code: 'InvalidTargetType', message: 'The symlink target object is a symlink.' });
  }
  const lastModified = target.lastModified > object.lastModified ? target.lastModified : object.lastModified;
  return { ...target, type: 'Symlink', lastModified, versionId: object.versionId };
}
