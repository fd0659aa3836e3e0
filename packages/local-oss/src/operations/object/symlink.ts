import { Readable } from 'node:stream';
import { EC } from '../../http/ec.ts';
import { assertKey } from '../../http/address.ts';
import { Refusal, invalidArgument } from '../../http/refusal.ts';
import { percentDecode } from '../../http/raw-request.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import type { ObjectInput } from '../operation.ts';
import { requireObject, versionHeader } from './find-object.ts';
import { givenHeaders } from './object-headers.ts';
import { uploadFacts } from './upload-facts.ts';

/** PutSymlink: the target need not exist. */
export async function putSymlink(input: ObjectInput): Promise<OssResponse> {
  const { request, bucket, key, context } = input;
  const text = request.headers.get('x-oss-symlink-target') ?? '';
  const target = percentDecode(Buffer.from(text).toString('latin1'));
  if (target === undefined) throw invalidArgument('The x-oss-symlink-target is not valid.');
  assertKey(target);
  const facts = { ...uploadFacts(input), type: 'Symlink' as const, target };
  const stored = await bucket.put({ key, ...facts, body: Readable.from([]), lastModified: context.clock.now() });
  return { status: 200, headers: { ETag: stored.etag, ...versionHeader(bucket, stored) } };
}

/** GetSymlink: where a symlink points to, and what was said of the link when it was put. */
export async function getSymlink(input: ObjectInput): Promise<OssResponse> {
  const object = requireObject(input);
  if (object.target === undefined) {
    throw new Refusal({
      status: 400,
      code: 'NotSymlink',
      message: 'The object you specified is not a symlink.',
      ec: EC.notSymlink,
    });
  }
  const headers = {
    ...givenHeaders(object),
    ETag: object.etag,
    'Last-Modified': object.lastModified.toUTCString(),
    'x-oss-symlink-target': encodeURIComponent(object.target),
  };
  return { status: 200, headers: { ...headers, ...versionHeader(input.bucket, object) } };
}
