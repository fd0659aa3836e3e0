import type { Reply } from '../http/reply.ts';
import type { ObjectInput } from './operation.ts';

const KEPT = ['content-type', 'content-encoding', 'content-language', 'cache-control', 'content-disposition', 'expires'];

/** PutObject: the whole object or nothing. */
export async function putObject(input: ObjectInput): Promise<Reply> {
  const { request, message, bucket, key, context } = input;
  const headers = new Map(
    [...request.headers].filter(([name]) => KEPT.includes(name) || name.startsWith('x-oss-meta-')),
  );
  const length = request.headers.get('content-length');
  const md5 = request.headers.get('content-md5');
  const stored = await bucket.put({
    key,
    body: message,
    headers,
    lastModified: context.clock.now(),
    ...(length === undefined ? {} : { length: Number(length) }),
    ...(md5 === undefined ? {} : { expectedMd5: md5 }),
  });
  return {
    status: 200,
    headers: {
      ETag: stored.etag,
      'Content-MD5': stored.md5,
      'x-oss-hash-crc64ecma': stored.crc64.toString(),
    },
  };
}

/** DeleteObject: 204, also when there was none. */
export async function deleteObject(input: ObjectInput): Promise<Reply> {
  input.bucket.delete(input.key);
  return { status: 204 };
}
