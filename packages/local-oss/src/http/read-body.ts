import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Failure, invalidDigest } from '../failure.ts';

/**
 * Reads a whole small body, such as a form or an XML document.
 *
 * @throws Failure when it is larger than `limit` bytes
 */
export async function readSmallBody(stream: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed when it is too large: the refusal still has to go out on the same connection.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      throw new Failure({ status: 400, code: 'EntityTooLarge', message: `The body is larger than ${limit} bytes.` });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Reads a small body, whose client may have summed it up.
 *
 * @param md5 base64, as in `Content-MD5`; absent when it has not
 * @throws Failure 400 InvalidDigest when the sum is another
 */
export async function readCheckedBody(stream: Readable, limit: number, md5: string | undefined): Promise<Buffer> {
  const body = await readSmallBody(stream, limit);
  if (md5 !== undefined && createHash('md5').update(body).digest('base64') !== md5) throw invalidDigest();
  return body;
}
