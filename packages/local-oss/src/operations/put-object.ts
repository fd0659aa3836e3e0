import type { Reply } from '../http/reply.ts';
import type { ObjectInfo } from '../store/object-store.ts';
import type { ObjectInput } from './operation.ts';
import { incomingBody, uploadFacts } from './upload-facts.ts';

/** PutObject: the whole object or nothing. */
export async function putObject(input: ObjectInput): Promise<Reply> {
  const { request, bucket, key, context } = input;
  const facts = uploadFacts(request.headers);
  const stored = await bucket.put({ key, ...facts, ...incomingBody(input), lastModified: context.clock.now() });
  return { status: 200, headers: storedHeaders(stored) };
}

/** Headers of the answer to an upload. */
export function storedHeaders(stored: ObjectInfo): Record<string, string> {
  return {
    ETag: stored.etag,
    ...(stored.md5 === undefined ? {} : { 'Content-MD5': stored.md5 }),
    'x-oss-hash-crc64ecma': stored.crc64.toString(),
  };
}

/** DeleteObject: 204, also when there was none. */
export async function deleteObject(input: ObjectInput): Promise<Reply> {
  input.bucket.delete(input.key);
  return { status: 204 };
}
