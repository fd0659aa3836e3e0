import { EC } from '../../http/ec.ts';
import { invalidArgument } from '../../http/refusal.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { toXml, type XmlNode, type XmlValue } from '../../http/xml.ts';
import type { IsBefore } from '../../store/key-index.ts';
import type { ObjectVersion } from '../../store/object-store.ts';
import { restoreInfo } from '../object/archive.ts';
import type { BucketInput } from '../operation.ts';
import { type Delimiters, given, listParameters } from '../parameters.ts';
import { bucketOwner, xmlResponse } from '../xml-bodies.ts';
import { listPage } from './list-page.ts';

// https://help.aliyun.com/en/oss/user-guide/0015-00000406, and 0012-00000107 of versions.
const OF_OBJECTS: Delimiters = { pattern: /^.$/su, ec: EC.delimiterOfObjects };
const OF_VERSIONS: Delimiters = { pattern: /^\/$/, ec: EC.delimiterOfVersions };

/** ListObjectsV2: prefix, delimiter, start-after, continuation-token, max-keys, encoding-type, fetch-owner. */
export async function listObjectsV2(input: BucketInput): Promise<OssResponse> {
  const token = given(input, 'continuation-token');
  const startAfter = given(input, 'start-after');
  const after = token === undefined ? startAfter : Buffer.from(token, 'base64url').toString();
  const { next, count, encode, head, rest } = list(input, after, given(input, 'fetch-owner') === 'true');
  return answer({
    ...head({
      StartAfter: startAfter === undefined ? undefined : encode(startAfter),
      ContinuationToken: token,
    }),
    // Clients decode it as they decode keys, to which `+` is a space.
    NextContinuationToken: next === undefined ? undefined : Buffer.from(next).toString('base64url'),
    ...rest,
    KeyCount: count,
  });
}

/** ListObjects: prefix, delimiter, marker, max-keys, encoding-type. */
export async function listObjects(input: BucketInput): Promise<OssResponse> {
  const marker = given(input, 'marker');
  const { next, encode, head, rest } = list(input, marker, true);
  const NextMarker = next === undefined ? undefined : encode(next);
  return answer({ ...head({ Marker: encode(marker ?? '') }), NextMarker, ...rest });
}

function list(
  input: BucketInput,
  after: string | undefined,
  withOwner: boolean,
): {
  readonly next: string | undefined;
  readonly count: number;
  readonly encode: (text: string) => string;
  /** Elements before the marker of the next page, around those that say where this one begins. */
  readonly head: (from: XmlNode) => XmlNode;
  readonly rest: XmlNode;
} {
  const { bucket, context } = input;
  const { encoding, maxKeys, options } = listParameters(input, 'max-keys', 100, OF_OBJECTS);
  const { encode } = encoding;
  const { items, prefixes, next } = listPage((isBefore: IsBefore) => bucket.list(isBefore), {
    ...options,
    after: after ?? '',
  });
  const now = context.clock.now();
  const contents = (object: ObjectVersion): XmlNode => ({
    Key: encode(object.key),
    LastModified: object.lastModified,
    ETag: object.etag,
    Type: object.type,
    Size: object.size,
    StorageClass: object.storageClass,
    RestoreInfo: restoreInfo(object, now),
    Owner: withOwner ? bucketOwner(input) : undefined,
  });
  const head = (from: XmlNode): XmlNode => ({
    Name: bucket.name,
    Prefix: encode(options.prefix),
    ...from,
    MaxKeys: maxKeys,
    Delimiter: encode(options.delimiter ?? ''),
    EncodingType: encoding.type,
    IsTruncated: next !== undefined,
  });
  const rest = {
    Contents: items.map(contents),
    CommonPrefixes: prefixes.map((item) => ({ Prefix: encode(item) })),
  };
  const count = items.length + prefixes.length;
  return { next: typeof next === 'object' ? next.key : next, count, encode, head, rest };
}

function answer(node: XmlNode): OssResponse {
  return xmlResponse(toXml('ListBucketResult', node));
}

/** ListObjectVersions: objects in byte order, the versions of each from the newest on, delete markers among them. */
export async function listVersions(input: BucketInput): Promise<OssResponse> {
  const { bucket, context } = input;
  const now = context.clock.now();
  const { encoding, maxKeys, options } = listParameters(input, 'max-keys', 100, OF_VERSIONS);
  const { encode } = encoding;
  const keyMarker = given(input, 'key-marker');
  const versionMarker = given(input, 'version-id-marker');
  if (versionMarker !== undefined && keyMarker === undefined) {
    throw invalidArgument('A version-id marker cannot be specified without a key marker.');
  }
  const { items, prefixes, next } = listPage((isBefore: IsBefore) => bucket.listVersions(isBefore), {
    ...options,
    after: keyMarker ?? '',
    ...(keyMarker === undefined || versionMarker === undefined
      ? {}
      : { isAfter: olderThan(bucket.version(keyMarker, versionMarker)) }),
  });
  const entry = (info: ObjectVersion): readonly [string, XmlNode] => {
    const common = {
      Key: encode(info.key),
      VersionId: info.versionId,
      IsLatest: bucket.version(info.key)?.versionId === info.versionId,
      LastModified: info.lastModified,
    };
    if (info.deleteMarker === true) return ['DeleteMarker', { ...common, Owner: bucketOwner(input) }];
    const { etag: ETag, type: Type, size: Size, storageClass: StorageClass } = info;
    const RestoreInfo = restoreInfo(info, now);
    return ['Version', { ...common, ETag, Type, Size, StorageClass, RestoreInfo, Owner: bucketOwner(input) }];
  };
  const head: Readonly<Record<string, XmlValue>> = {
    Name: bucket.name,
    Prefix: encode(options.prefix),
    KeyMarker: encode(keyMarker ?? ''),
    VersionIdMarker: versionMarker ?? '',
    MaxKeys: maxKeys,
    Delimiter: encode(options.delimiter ?? ''),
    EncodingType: encoding.type,
    IsTruncated: next !== undefined,
    NextKeyMarker: next === undefined ? undefined : encode(typeof next === 'object' ? next.key : next),
    NextVersionIdMarker: typeof next === 'object' ? next.versionId : undefined,
  };
  const found = [...Object.entries(head), ...items.map(entry)];
  const below = prefixes.map((item) => ['CommonPrefixes', { Prefix: encode(item) }] as const);
  return xmlResponse(toXml('ListVersionsResult', [...found, ...below]));
}

// A client may delete what one page listed before it asks for the next, and the marker with it: then a version may be
// listed twice, but none is left out.
function olderThan(marker: ObjectVersion | undefined): (info: ObjectVersion) => boolean {
  return ({ sequence }) => marker === undefined || sequence < marker.sequence;
}
