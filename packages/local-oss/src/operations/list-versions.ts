import { invalidArgument } from '../failure.ts';
import { bucketOwner } from '../buckets/bucket-facts.ts';
import type { Reply } from '../http/reply.ts';
import { toXml, type XmlNode, type XmlValue } from '../http/xml.ts';
import type { IsBefore } from '../store/key-index.ts';
import type { ObjectInfo } from '../store/object-store.ts';
import { restoreInfo } from './archive.ts';
import { given, listParameters } from './list-parameters.ts';
import { listPage } from './list-page.ts';
import type { BucketInput } from './operation.ts';

/** ListObjectVersions: objects in byte order, the versions of each from the newest on, delete markers among them. */
export async function listVersions(input: BucketInput): Promise<Reply> {
  const { bucket, context } = input;
  const now = context.clock.now();
  const { encoding, maxKeys, options } = listParameters(input, 'max-keys', 100);
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
  const entry = (info: ObjectInfo): readonly [string, XmlNode] => {
    const common = {
      Key: encode(info.key),
      VersionId: info.versionId,
      IsLatest: bucket.version(info.key)?.versionId === info.versionId,
      LastModified: info.lastModified.toISOString(),
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
  const body = toXml('ListVersionsResult', [...found, ...below]);
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}

// Who deletes what a page showed before the next has a marker that is gone: better a version twice than one never.
function olderThan(marker: ObjectInfo | undefined): (info: ObjectInfo) => boolean {
  return ({ sequence }) => marker === undefined || sequence < marker.sequence;
}
