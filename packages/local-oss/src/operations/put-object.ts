import { callBack } from '../callback/call-back.ts';
import { callbackIn } from '../callback/parse-callback.ts';
import type { Reply } from '../http/reply.ts';
import type { Bucket, ObjectInfo } from '../store/object-store.ts';
import { versionHeader } from './object-version.ts';
import type { ObjectInput } from './operation.ts';
import { incomingBody, uploadFacts } from './upload-facts.ts';

/** PutObject: the whole object or nothing. */
export async function putObject(input: ObjectInput): Promise<Reply> {
  const { bucket, key, context } = input;
  const callback = callbackIn(input);
  const facts = uploadFacts(input);
  const stored = await bucket.put({ key, ...facts, ...incomingBody(input), lastModified: context.clock.now() });
  const reply = { status: 200, headers: storedHeaders(bucket, stored) };
  return callback === undefined ? reply : callBack(callback, reply, { ...input, bucket: bucket.name, stored });
}

/** Headers of the answer to an upload. */
export function storedHeaders(bucket: Bucket, stored: ObjectInfo): Record<string, string> {
  return {
    ETag: stored.etag,
    ...(stored.md5 === undefined ? {} : { 'Content-MD5': stored.md5 }),
    'x-oss-hash-crc64ecma': stored.crc64.toString(),
    ...versionHeader(bucket, stored),
  };
}
