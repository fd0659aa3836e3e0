import { defined } from '@ossgrant/credentials-core/internal';
import { isAcl } from '../../access/policy.ts';
import type { ServerContext } from '../../context.ts';
import { invalidBucketName } from '../../http/address.ts';
import { EC } from '../../http/ec.ts';
import { Refusal, invalidArgument, malformedXml, notImplemented } from '../../http/refusal.ts';
import { parameter } from '../../http/raw-request.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { childText } from '../../http/xml-reader.ts';
import { toXml } from '../../http/xml.ts';
import { isStorageClass, type BucketSettings, type Bucket } from '../../store/object-store.ts';
import type { OperationInput, BucketInput } from '../operation.ts';
import { limit } from '../parameters.ts';
import { readOptionalXml, bucketOwner, xmlResponse } from '../xml-bodies.ts';
import { bucketTags } from './documents.ts';
import { describeBucket } from './bucket-facts.ts';
import { assertMayBePublic } from './public-access.ts';

const MAX_BUCKETS = 100;
const ELEMENTS = ['StorageClass', 'DataRedundancyType', 'LocationConstraint'];
// Older buckets may have an underscore; new ones may not.
const NEW_NAME = /^[a-z0-9-]+$/;

/**
 * PutBucket, private and Standard unless the request says otherwise. A bucket that exists keeps its objects, and is given
 * the ACL; its storage class cannot change. An ACL needs its own permission.
 */
export async function putBucket(input: OperationInput, name: string): Promise<OssResponse> {
  const { store } = input.context;
  if (!NEW_NAME.test(name)) throw invalidBucketName(name);
  const acl = input.request.headers.get('x-oss-acl');
  if (acl !== undefined && !isAcl(acl)) throw invalidArgument('no such bucket access control exists', EC.bucketAcl);
  if (acl !== undefined) input.authorize('oss:PutBucketAcl', name);
  const wanted = await configurationIn(input);
  const existing = store.bucket(name);
  if (existing !== undefined) assertSame(existing, wanted);
  assertMayBePublic(input.context, existing?.settings, acl, 'bucket');
  const bucket = existing ?? createBucket(input.context, name);
  bucket.configure({ ...(existing === undefined ? wanted : {}), ...defined({ acl }) });
  return { status: 200, headers: { Location: `/${name}` } };
}

/** @throws Refusal 400 InvalidBucketName, TooManyBuckets */
export function createBucket({ store, clock }: ServerContext, name: string): Bucket {
  if (!NEW_NAME.test(name)) throw invalidBucketName(name);
  if (store.list().length >= MAX_BUCKETS) throw tooManyBuckets();
  return store.create(name, clock.now());
}

type Configuration = Partial<Pick<BucketSettings, 'storageClass' | 'redundancy'>>;

async function configurationIn(input: OperationInput): Promise<Configuration> {
  const document = await readOptionalXml(input, 'CreateBucketConfiguration');
  const unknown = document?.children.find(({ name }) => !ELEMENTS.includes(name));
  if (unknown !== undefined) throw notImplemented(`PutBucket with ${unknown.name}`);
  const given = (element: string): string | undefined =>
    (document && childText(document, element)?.trim()) || undefined;
  const location = given('LocationConstraint') ?? `oss-${input.context.region}`;
  if (location.replace(/^oss-/, '') !== input.context.region) throw invalidLocation(location);
  const storageClass = given('StorageClass');
  if (storageClass !== undefined && !isStorageClass(storageClass)) throw malformedXml();
  const type = given('DataRedundancyType');
  const redundancy = (['LRS', 'ZRS'] as const).find((name) => name === type);
  if (type !== redundancy) throw malformedXml();
  return defined({ storageClass, redundancy });
}

// The settings of a bucket's creation cannot change.
function assertSame({ name, settings }: Bucket, { storageClass = 'Standard', redundancy }: Configuration): void {
  if (storageClass !== settings.storageClass) throw alreadyExists(name, EC.bucketAlreadyExists);
  if (redundancy !== undefined && redundancy !== settings.redundancy) throw alreadyExists(name, EC.redundancyFixed);
}

function tooManyBuckets(): Refusal {
  const message = 'You have attempted to create more buckets than allowed.';
  return new Refusal({ status: 400, code: 'TooManyBuckets', message });
}

function alreadyExists(name: string, ec: string): Refusal {
  return new Refusal({
    status: 409,
    code: 'BucketAlreadyExists',
    message:
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    ec,
    details: { BucketName: name },
  });
}

function invalidLocation(location: string): Refusal {
  const message = 'The specified location-constraint is not valid.';
  return new Refusal({ status: 400, code: 'InvalidLocationConstraint', message, details: { Location: location } });
}

/** DeleteBucket, if there is nothing in it: no version of an object, no delete marker and no upload in parts that was begun. */
export async function deleteBucket({ bucket, context }: BucketInput): Promise<OssResponse> {
  for (const _ of bucket.listVersions()) {
    throw notEmpty(bucket.name, 'The bucket has objects. Please delete them first.', EC.bucketNotEmpty);
  }
  if (bucket.uploads.list().length > 0)
    throw notEmpty(bucket.name, 'The bucket has uploads in parts. Abort them first.');
  context.store.remove(bucket.name);
  return { status: 204 };
}

function notEmpty(name: string, message: string, ec?: string): Refusal {
  const details = { BucketName: name };
  return new Refusal({ status: 409, code: 'BucketNotEmpty', message, details, ...defined({ ec }) });
}

/** ListBuckets: prefix, marker, max-keys, tag-key and tag-value. Only a page that is not the last repeats the request's parameters. */
export async function listBuckets(input: OperationInput): Promise<OssResponse> {
  const { request, context } = input;
  const [prefix, marker] = [parameter(request, 'prefix') ?? '', parameter(request, 'marker') ?? ''];
  const maxKeys = limit(input, 'max-keys', 100);
  const isTagged = tagFilter(parameter(request, 'tag-key'), parameter(request, 'tag-value'));
  const found = context.store
    .list()
    .filter((bucket) => bucket.name.startsWith(prefix) && bucket.name > marker && isTagged(bucket));
  const page = found.slice(0, maxKeys);
  const NextMarker = page.at(-1)?.name;
  const paging = { Prefix: prefix, Marker: marker, MaxKeys: maxKeys, IsTruncated: true, NextMarker };
  const body = toXml('ListAllMyBucketsResult', {
    ...(found.length > page.length ? paging : {}),
    Owner: bucketOwner(input),
    Buckets: { Bucket: page.map((bucket) => describeBucket(input, bucket)) },
  });
  return xmlResponse(body);
}

function tagFilter(key: string | undefined, value: string | undefined): (bucket: Bucket) => boolean {
  if (key === undefined && value === undefined) return () => true;
  return ({ settings }) =>
    bucketTags(settings.documents.tagging).some(
      (tag) => tag.key === (key ?? tag.key) && (value === undefined || value === '' || tag.value === value),
    );
}

// Region names in requests. Buckets are in this server's own region.
const REGIONS = [
  'cn-hangzhou',
  'cn-shanghai',
  'cn-beijing',
  'cn-shenzhen',
  'cn-hongkong',
  'ap-southeast-1',
  'eu-central-1',
  'us-west-1',
];

/** DescribeRegions: some of the cloud's, or one by its name. */
export async function describeRegions({ request, context }: OperationInput): Promise<OssResponse> {
  const known = [...new Set([context.region, ...REGIONS])].map((region) => `oss-${region}`);
  const wanted = parameter(request, 'regions') || undefined;
  if (wanted !== undefined && !known.includes(wanted)) {
    throw new Refusal({ status: 404, code: 'NoSuchRegion', message: `The region ${wanted} does not exist here.` });
  }
  const RegionInfo = known
    .filter((region) => region === (wanted ?? region))
    .map((region) => ({
      Region: region,
      InternetEndpoint: `${region}.aliyuncs.com`,
      InternalEndpoint: `${region}-internal.aliyuncs.com`,
      AccelerateEndpoint: 'oss-accelerate.aliyuncs.com',
    }));
  return xmlResponse(toXml('RegionInfoList', { RegionInfo }));
}
