import type { Reply } from '../http/reply.ts';
import { versionIn } from './object-version.ts';
import type { ObjectInput } from './operation.ts';

/** DeleteObject: 204, also when there was none. Where there is versioning it makes a delete marker, or removes one version. */
export async function deleteObject({ bucket, key, request, context }: ObjectInput): Promise<Reply> {
  const wanted = versionIn(request);
  const { versionId = wanted, deleteMarker } = bucket.delete(key, context.clock.now(), wanted);
  const marker = deleteMarker ? { 'x-oss-delete-marker': 'true' } : {};
  const isTold = versionId !== undefined && bucket.settings.versioning !== undefined;
  return { status: 204, headers: { ...marker, ...(isTold ? { 'x-oss-version-id': versionId } : {}) } };
}
