import { invalidArgument } from '../failure.ts';
import { parameter } from '../http/raw-request.ts';
import type { Reply } from '../http/reply.ts';
import { missingArgument } from './object-failures.ts';
import { versionHeader } from './object-version.ts';
import type { ObjectInput } from './operation.ts';
import { incomingBody, uploadFacts } from './upload-facts.ts';

/** AppendObject: the bytes are added where `position` says, which must be the end. */
export async function appendObject(input: ObjectInput): Promise<Reply> {
  const { bucket, key, context } = input;
  const position = positionOf(parameter(input.request, 'position'));
  const facts = uploadFacts(input);
  const ofBucket = bucket.version(key) === undefined ? bucket.settings.storageClass : undefined;
  const storageClass = facts.storageClass ?? ofBucket;
  if (storageClass === 'ColdArchive' || storageClass === 'DeepColdArchive') {
    throw invalidArgument('The storage class you specified is not valid.', '0016-00000503');
  }
  const bytes = { ...incomingBody(input), key, position, facts, lastModified: context.clock.now() };
  const stored = await bucket.append(bytes);
  const headers = {
    ETag: stored.etag,
    'x-oss-hash-crc64ecma': stored.crc64.toString(),
    'x-oss-next-append-position': String(stored.size),
  };
  return { status: 200, headers: { ...headers, ...versionHeader(bucket, stored) } };
}

function positionOf(text: string | undefined): number {
  if (text === undefined || text === '') throw missingArgument('position', '0016-00000501');
  const position = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(position)) return position;
  throw invalidArgument('The position must be a whole number from 0.', undefined, {
    ArgumentName: 'position',
    ArgumentValue: text,
  });
}
