import type { OssResponse } from '../../http/oss-response.ts';
import { toXml, type XmlNode } from '../../http/xml.ts';
import type { Bucket, Part, StorageClass } from '../../store/object-store.ts';
import { keptText } from './documents.ts';
import { bucketBlocksPublicAccess } from './public-access.ts';
import type { BucketInput, OperationInput } from '../operation.ts';
import { bucketOwner, xmlResponse } from '../xml-bodies.ts';

/** Names of the storage classes in GetBucketStat. */
const STAT_NAMES: Readonly<Record<StorageClass, string>> = {
  Standard: 'Standard',
  IA: 'InfrequentAccess',
  Archive: 'Archive',
  ColdArchive: 'ColdArchive',
  DeepColdArchive: 'DeepColdArchive',
};
// In these classes a smaller object is charged as one of this size.
const CHARGED_BYTES = 65_536;

/** GetBucketInfo. */
export async function getBucketInfo(input: BucketInput): Promise<OssResponse> {
  const { settings } = input.bucket;
  const { acl, redundancy, versioning } = settings;
  const Bucket = {
    ...describeBucket(input, input.bucket),
    Owner: bucketOwner(input),
    AccessControlList: { Grant: acl },
    DataRedundancyType: redundancy,
    ResourceGroupId: keptText(settings, 'resourceGroup', 'ResourceGroupId') ?? 'rg-default-id',
    Comment: '',
    Versioning: versioning,
    ServerSideEncryptionRule: { SSEAlgorithm: keptText(settings, 'encryption', 'SSEAlgorithm') ?? 'None' },
    AccessMonitor: keptText(settings, 'accessmonitor', 'Status') ?? 'Disabled',
    TransferAcceleration: keptText(settings, 'transferAcceleration', 'Enabled') === 'true' ? 'Enabled' : 'Disabled',
    CrossRegionReplication: 'Disabled',
    BlockPublicAccess: bucketBlocksPublicAccess(settings),
    BucketPolicy: {
      LogBucket: keptText(settings, 'logging', 'TargetBucket') ?? '',
      LogPrefix: keptText(settings, 'logging', 'TargetPrefix') ?? '',
    },
  };
  return xmlResponse(toXml('BucketInfo', { Bucket }));
}

/** HEAD of a bucket: whether it exists, and where. */
export async function headBucket({ context }: BucketInput): Promise<OssResponse> {
  return { status: 200, headers: { 'x-oss-bucket-region': context.region } };
}

/** A listing of what a bucket cannot have here. */
export function emptyList(root: string): (input: BucketInput) => Promise<OssResponse> {
  return async ({ bucket }) => xmlResponse(toXml(root, root === 'ListCnameResult' ? { Bucket: bucket.name } : {}));
}

/** GetBucketLocation. */
export async function getBucketLocation({ context }: BucketInput): Promise<OssResponse> {
  const location = `<LocationConstraint>oss-${context.region}</LocationConstraint>`;
  return xmlResponse(`<?xml version="1.0" encoding="UTF-8"?>\n${location}\n`);
}

/** GetBucketStat. Every version counts, as each takes room. The cloud counts once an hour, this server now. */
export async function getBucketStat({ bucket, context }: BucketInput): Promise<OssResponse> {
  const versions = [...bucket.listVersions()];
  const objects = versions.filter(({ deleteMarker }) => deleteMarker !== true);
  const uploads = bucket.uploads.list().map(({ id }) => {
    const storageClass = bucket.uploads.factsOf(id)?.storageClass ?? bucket.settings.storageClass;
    return { storageClass, parts: bucket.uploads.parts(id) };
  });
  const byClass = Object.entries(STAT_NAMES).map(([storageClass, name]) => {
    const sizes = objects.filter((object) => object.storageClass === storageClass).map(({ size }) => size);
    const parts = partStat(
      name,
      uploads.filter((upload) => upload.storageClass === storageClass),
    );
    if (name === 'Standard') return { StandardStorage: sum(sizes), StandardObjectCount: sizes.length, ...parts };
    return {
      [`${name}Storage`]: sum(sizes.map((size) => Math.max(size, CHARGED_BYTES))),
      [`${name}RealStorage`]: sum(sizes),
      [`${name}ObjectCount`]: sizes.length,
      ...parts,
    };
  });
  const stat: XmlNode = {
    Storage: sum(objects.map(({ size }) => size)),
    ObjectCount: objects.length,
    MultipartUploadCount: uploads.length,
    LiveChannelCount: 0,
    ...partStat('', uploads),
    DeleteMarkerCount: versions.length - objects.length,
    LastModifiedTime: Math.floor(context.clock.now().getTime() / 1000),
  };
  return xmlResponse(toXml('BucketStat', Object.assign({}, stat, ...byClass) as XmlNode));
}

function partStat(name: string, uploads: readonly { readonly parts: readonly Part[] }[]): XmlNode {
  const sizes = uploads.flatMap(({ parts }) => parts.map(({ size }) => size));
  return { [`${name}MultipartPartCount`]: sizes.length, [`${name}MultipartPartStorage`]: sum(sizes) };
}

/** The description that GetBucketInfo and ListBuckets share. */
export function describeBucket({ context }: OperationInput, bucket: Bucket): XmlNode {
  return {
    CreationDate: bucket.creationDate,
    ExtranetEndpoint: `oss-${context.region}.aliyuncs.com`,
    IntranetEndpoint: `oss-${context.region}-internal.aliyuncs.com`,
    Location: `oss-${context.region}`,
    Name: bucket.name,
    Region: context.region,
    StorageClass: bucket.settings.storageClass,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
