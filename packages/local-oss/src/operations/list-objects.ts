import { bucketOwner } from '../buckets/bucket-facts.ts';
import type { Reply } from '../http/reply.ts';
import { toXml, type XmlNode } from '../http/xml.ts';
import type { IsBefore } from '../store/key-index.ts';
import type { ObjectInfo } from '../store/object-store.ts';
import { restoreInfo } from './archive.ts';
import { given, listParameters } from './list-parameters.ts';
import { listPage } from './list-page.ts';
import type { BucketInput } from './operation.ts';

/** ListObjectsV2: prefix, delimiter, start-after, continuation-token, max-keys, encoding-type, fetch-owner. */
export async function listObjectsV2(input: BucketInput): Promise<Reply> {
  const token = given(input, 'continuation-token');
  const startAfter = given(input, 'start-after');
  const after = token === undefined ? startAfter : Buffer.from(token, 'base64').toString();
  const { next, count, encode, common } = list(input, after, given(input, 'fetch-owner') === 'true');
  return answer({
    ...common,
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    ContinuationToken: token,
    NextContinuationToken: next === undefined ? undefined : Buffer.from(next).toString('base64'),
    KeyCount: count,
  });
}

/** ListObjects: prefix, delimiter, marker, max-keys, encoding-type. */
export async function listObjects(input: BucketInput): Promise<Reply> {
  const marker = given(input, 'marker');
  const { next, encode, common } = list(input, marker, true);
  return answer({ ...common, Marker: encode(marker ?? ''), NextMarker: next === undefined ? undefined : encode(next) });
}

function list(
  input: BucketInput,
  after: string | undefined,
  withOwner: boolean,
): {
  readonly next: string | undefined;
  readonly count: number;
  readonly encode: (text: string) => string;
  readonly common: XmlNode;
} {
  const { bucket, context } = input;
  const { encoding, maxKeys, options } = listParameters(input, 'max-keys', 100);
  const { encode } = encoding;
  const { items, prefixes, next } = listPage((isBefore: IsBefore) => bucket.list(isBefore), {
    ...options,
    after: after ?? '',
  });
  const now = context.clock.now();
  const contents = (object: ObjectInfo): XmlNode => ({
    Key: encode(object.key),
    LastModified: object.lastModified.toISOString(),
    ETag: object.etag,
    Type: object.type,
    Size: object.size,
    StorageClass: object.storageClass,
    RestoreInfo: restoreInfo(object, now),
    Owner: withOwner ? bucketOwner(input) : undefined,
  });
  const common = {
    Name: bucket.name,
    Prefix: encode(options.prefix),
    MaxKeys: maxKeys,
    Delimiter: encode(options.delimiter ?? ''),
    EncodingType: encoding.type,
    IsTruncated: next !== undefined,
    Contents: items.map(contents),
    CommonPrefixes: prefixes.map((item) => ({ Prefix: encode(item) })),
  };
  const count = items.length + prefixes.length;
  return { next: typeof next === 'object' ? next.key : next, count, encode, common };
}

function answer(node: XmlNode): Reply {
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body: toXml('ListBucketResult', node) };
}
