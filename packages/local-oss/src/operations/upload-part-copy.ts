import { Readable } from 'node:stream';
import type { Reply } from '../http/reply.ts';
import { toXml } from '../http/xml.ts';
import { copySource } from './copy-source.ts';
import { partNumber, uploadIdOf } from './multipart.ts';
import type { ObjectInput } from './operation.ts';
import { resolveRange } from './range.ts';

/** UploadPartCopy: a part from an object, or from a range of it; a range that cannot be used is the whole object. */
export async function uploadPartCopy(input: ObjectInput): Promise<Reply> {
  const id = uploadIdOf(input);
  const number = partNumber(input);
  const { object, notModified, headers } = copySource(input);
  if (notModified) return { status: 304 };
  const range = resolveRange(input.request.headers.get('x-oss-copy-source-range'), object.size, false);
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: object.size - 1 };
  const body = end < start ? Readable.from([]) : object.read(start, end);
  const lastModified = input.context.clock.now();
  const part = await input.bucket.uploads
    .put(id, number, { body, lastModified })
    // Its file is open, whether it was read or not.
    .finally(() => body.destroy());
  const xml = toXml('CopyPartResult', { LastModified: lastModified.toISOString(), ETag: part.etag });
  const answered = {
    'Content-Type': 'application/xml',
    ETag: part.etag,
    'x-oss-hash-crc64ecma': part.crc64.toString(),
  };
  return { status: 200, headers: { ...answered, ...headers }, body: xml };
}
