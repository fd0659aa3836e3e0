import { defined } from '@ossgrant/credentials-core/internal';
import { EC } from '../../http/ec.ts';
import { invalidArgument, missingArgument, Refusal } from '../../http/refusal.ts';
import { parameter, wholeNumber } from '../../http/raw-request.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import type { Bucket, ObjectVersion } from '../../store/object-store.ts';
import { callBack } from '../callback/call-back.ts';
import { callbackIn } from '../callback/parse-callback.ts';
import type { ObjectInput } from '../operation.ts';
import { versionHeader } from './find-object.ts';
import { encryptionHeader, incomingBody, uploadFacts } from './upload-facts.ts';

/** PutObject: the whole object or nothing. */
export async function putObject(input: ObjectInput): Promise<OssResponse> {
  const { bucket, key, context } = input;
  assertUnconditional(input.request.headers);
  const callback = callbackIn(input);
  const facts = uploadFacts(input);
  const stored = await bucket.put({ key, ...facts, ...incomingBody(input), lastModified: context.clock.now() });
  const response = { status: 200, headers: storedHeaders(bucket, stored) };
  return callback === undefined ? response : callBack(callback, response, { ...input, bucket: bucket.name, stored });
}

// https://help.aliyun.com/en/oss/user-guide/0017-00000245
const CONDITIONS = ['If-Modified-Since', 'If-Unmodified-Since', 'If-Match', 'If-None-Match'];

function assertUnconditional(headers: ReadonlyMap<string, string>): void {
  const Header = CONDITIONS.find((name) => headers.has(name.toLowerCase()));
  if (Header === undefined) return;
  throw new Refusal({
    status: 400,
    code: 'NotImplemented',
    message: 'A header you provided implies functionality that is not implemented.',
    ec: EC.conditionalPut,
    details: { Header },
  });
}

/** Headers of the response to an upload. */
export function storedHeaders(bucket: Bucket, stored: ObjectVersion): Record<string, string> {
  return {
    ETag: stored.etag,
    ...defined({ 'Content-MD5': stored.md5 }),
    'x-oss-hash-crc64ecma': stored.crc64.toString(),
    ...encryptionHeader(stored.headers),
    ...versionHeader(bucket, stored),
  };
}

/** AppendObject: the bytes are added where `position` says, which must be the end. */
export async function appendObject(input: ObjectInput): Promise<OssResponse> {
  const { bucket, key, context } = input;
  const position = positionOf(parameter(input.request, 'position'));
  const facts = uploadFacts(input);
  const ofBucket = bucket.version(key) === undefined ? bucket.settings.storageClass : undefined;
  const storageClass = facts.storageClass ?? ofBucket;
  if (storageClass === 'ColdArchive' || storageClass === 'DeepColdArchive') {
    throw invalidArgument('The storage class you specified is not valid.', EC.appendStorageClass);
  }
  const bytes = { ...incomingBody(input), key, position, facts, lastModified: context.clock.now() };
  const stored = await bucket.append(bytes);
  const headers = {
    ETag: stored.etag,
    'x-oss-hash-crc64ecma': stored.crc64.toString(),
    'x-oss-next-append-position': String(stored.size),
    ...encryptionHeader(stored.headers),
  };
  return { status: 200, headers: { ...headers, ...versionHeader(bucket, stored) } };
}

function positionOf(text: string | undefined): number {
  if (text === undefined || text === '') throw missingArgument('position', EC.positionMissing);
  const position = wholeNumber(text);
  if (position !== undefined) return position;
  throw missingArgument('position', EC.positionInvalid);
}
