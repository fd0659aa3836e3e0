import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { startLocalOss } from '../../../src/start-local-oss.ts';
import { call, type Answer, type Ask } from '../../kit.ts';
import { askOf, outlineIn, outlineOf, type Row } from './outline.ts';

let oss: LocalOss;
const ask = (request: Ask, body?: string): Promise<Answer> => call(oss, { scheme: 'v4-header', ...request }, body);

const CORS =
  '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>' +
  '<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule>' +
  '</CORSConfiguration>';
const REFERER =
  '<RefererConfiguration><AllowEmptyReferer>true</AllowEmptyReferer><RefererList><Referer>http://a.example</Referer>' +
  '</RefererList></RefererConfiguration>';
const POLICY = '{"Version":"1","Statement":[{"Effect":"Deny","Action":"oss:*","Principal":["1"],"Resource":"*"}]}';
const STATUS = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
const BLOCK =
  '<PublicAccessBlockConfiguration><BlockPublicAccess>false</BlockPublicAccess></PublicAccessBlockConfiguration>';

beforeAll(async () => {
  oss = await startLocalOss({ now: new Date('2026-11-23T12:00:00.123Z') });
  for (const bucket of ['plain', 'gone']) await oss.createBucket(bucket);
  for (const key of ['a', 'dir/b', 'z']) await oss.put('plain', key, 'hello');
  for (const key of ['dir/a', 'up']) await ask({ method: 'POST', bucket: 'plain', key, query: { uploads: null } });
});
afterAll(() => oss.close());

const OWNER = 'Owner(ID DisplayName)';
const OBJECT = `Key LastModified ETag Type Size StorageClass`;
const DESCRIPTION = 'CreationDate ExtranetEndpoint IntranetEndpoint Location Name Region StorageClass';
const INFO =
  `BucketInfo(Bucket(${DESCRIPTION} ${OWNER} AccessControlList(Grant) DataRedundancyType ResourceGroupId Comment ` +
  'ServerSideEncryptionRule(SSEAlgorithm) AccessMonitor TransferAcceleration CrossRegionReplication BlockPublicAccess ' +
  'BucketPolicy(LogBucket LogPrefix)))';
const counts = (name: string): string =>
  `${name}Storage ${name}RealStorage ${name}ObjectCount ${name}MultipartPartCount ${name}MultipartPartStorage`;
const STAT =
  'BucketStat(Storage ObjectCount MultipartUploadCount LiveChannelCount MultipartPartCount MultipartPartStorage ' +
  `DeleteMarkerCount LastModifiedTime ${counts('Standard').replace('StandardRealStorage ', '')} ` +
  `${['InfrequentAccess', 'Archive', 'ColdArchive', 'DeepColdArchive'].map(counts).join(' ')})`;
const ACL = `AccessControlPolicy(${OWNER} AccessControlList(Grant))`;
const UPLOADS =
  'Bucket KeyMarker UploadIdMarker NextKeyMarker NextUploadIdMarker Delimiter Prefix MaxUploads IsTruncated';
const UPLOAD = 'Upload(Key UploadId StorageClass Initiated)';
const VERSIONS = 'Name Prefix KeyMarker VersionIdMarker MaxKeys Delimiter IsTruncated';
const VERSION = 'Key VersionId IsLatest LastModified';
const REFERERS = 'RefererConfiguration(AllowEmptyReferer AllowTruncateQueryString TruncatePath RefererList';

const LISTINGS: readonly Row[] = [
  [
    'ListObjects',
    'GET ?delimiter=/',
    200,
    '',
    `ListBucketResult(Name Prefix Marker MaxKeys Delimiter IsTruncated Contents(${OBJECT} ${OWNER}) CommonPrefixes(Prefix))`,
  ],
  [
    'ListObjects, a page',
    'GET ?max-keys=1&encoding-type=url',
    200,
    '',
    `ListBucketResult(Name Prefix Marker MaxKeys Delimiter EncodingType IsTruncated NextMarker Contents(${OBJECT} ${OWNER}))`,
  ],
  [
    'ListObjectsV2',
    'GET ?list-type=2&delimiter=/',
    200,
    '',
    `ListBucketResult(Name Prefix MaxKeys Delimiter IsTruncated Contents(${OBJECT}) CommonPrefixes(Prefix) KeyCount)`,
  ],
  [
    'ListObjectsV2, a page with owners',
    'GET ?list-type=2&max-keys=1&encoding-type=url&start-after=a&fetch-owner=true',
    200,
    '',
    `ListBucketResult(Name Prefix StartAfter MaxKeys Delimiter EncodingType IsTruncated NextContinuationToken Contents(${OBJECT} ${OWNER}) KeyCount)`,
  ],
  [
    'ListObjectsV2, another page',
    'GET ?list-type=2&continuation-token=YQ',
    200,
    '',
    `ListBucketResult(Name Prefix ContinuationToken MaxKeys Delimiter IsTruncated Contents(${OBJECT}) KeyCount)`,
  ],
  [
    'ListObjectVersions',
    'GET ?versions&delimiter=/',
    200,
    '',
    `ListVersionsResult(${VERSIONS} Version(${VERSION} ETag Type Size StorageClass ${OWNER}) CommonPrefixes(Prefix))`,
  ],
  [
    'ListObjectVersions, a page',
    'GET ?versions&max-keys=1&encoding-type=url',
    200,
    '',
    `ListVersionsResult(${VERSIONS.replace('IsTruncated', 'EncodingType IsTruncated')} NextKeyMarker NextVersionIdMarker Version(${VERSION} ETag Type Size StorageClass ${OWNER}))`,
  ],
  [
    'ListMultipartUploads',
    'GET ?uploads&delimiter=/',
    200,
    '',
    `ListMultipartUploadsResult(${UPLOADS} ${UPLOAD} CommonPrefixes(Prefix))`,
  ],
  [
    'ListMultipartUploads, encoded',
    'GET ?uploads&encoding-type=url',
    200,
    '',
    `ListMultipartUploadsResult(EncodingType ${UPLOADS} ${UPLOAD})`,
  ],
];

// A setting is put, read and removed.
const setting = (
  name: string,
  sub: string,
  body: string,
  elements: string,
  removed: 'removable' | 'fixed' = 'removable',
): readonly Row[] => [
  [`Put${name}`, `PUT ?${sub}`, 200, '', '', { body }],
  [`Get${name}`, `GET ?${sub}`, 200, '', elements],
  ...(removed === 'fixed' ? [] : [[`Delete${name}`, `DELETE ?${sub}`, 204, ''] as const]),
];

const SETTINGS: readonly Row[] = [
  ['PutBucketAcl', 'PUT ?acl', 200, '', '', { headers: { 'x-oss-acl': 'private' } }],
  ['GetBucketAcl', 'GET ?acl', 200, '', ACL],
  ...setting(
    'BucketCors',
    'cors',
    CORS,
    'CORSConfiguration(CORSRule(AllowedOrigin AllowedMethod AllowedHeader ExposeHeader MaxAgeSeconds) ResponseVary)',
  ),
  ...setting('BucketReferer', 'referer', REFERER, `${REFERERS}(Referer))`, 'fixed'),
  ['PutBucketPolicy', 'PUT ?policy', 200, '', '', { body: POLICY }],
  ['GetBucketPolicy', 'GET ?policy', 200, 'content-type'],
  ['GetBucketPolicyStatus', 'GET ?policyStatus', 200, '', 'PolicyStatus(IsPublic)'],
  ['DeleteBucketPolicy', 'DELETE ?policy', 204, ''],
  ['GetBucketVersioning, never enabled', 'GET ?versioning', 200, '', 'VersioningConfiguration'],
  ...setting('BucketVersioning', 'versioning', STATUS, 'VersioningConfiguration(Status)', 'fixed'),
  ['GetBucketLogging, none', 'GET ?logging', 200, '', 'BucketLoggingStatus'],
  ...setting(
    'BucketLogging',
    'logging',
    '<BucketLoggingStatus><LoggingEnabled><TargetBucket>plain</TargetBucket></LoggingEnabled></BucketLoggingStatus>',
    'BucketLoggingStatus(LoggingEnabled(TargetBucket))',
  ),
  ...setting(
    'BucketWebsite',
    'website',
    '<WebsiteConfiguration><IndexDocument><Suffix>i.html</Suffix></IndexDocument></WebsiteConfiguration>',
    'WebsiteConfiguration(IndexDocument(Suffix))',
  ),
  ...setting(
    'BucketLifecycle',
    'lifecycle',
    '<LifecycleConfiguration><Rule><ID>a</ID><Prefix>a</Prefix><Status>Enabled</Status><Expiration><Days>1</Days>' +
      '</Expiration></Rule></LifecycleConfiguration>',
    'LifecycleConfiguration(Rule(ID Prefix Status Expiration(Days)))',
  ),
  ['GetBucketTags, none', 'GET ?tagging', 200, '', 'Tagging(TagSet)'],
  ...setting(
    'BucketTags',
    'tagging',
    '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>',
    'Tagging(TagSet(Tag(Key Value)))',
  ),
  ...setting(
    'BucketEncryption',
    'encryption',
    '<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>' +
      '</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>',
    'ServerSideEncryptionRule(ApplyServerSideEncryptionByDefault(SSEAlgorithm))',
  ),
  ...setting(
    'BucketPublicAccessBlock',
    'publicAccessBlock',
    BLOCK,
    'PublicAccessBlockConfiguration(BlockPublicAccess)',
  ),
  ['GetBucketRequestPayment', 'GET ?requestPayment', 200, '', 'RequestPaymentConfiguration(Payer)'],
  ['GetBucketAccessMonitor', 'GET ?accessmonitor', 200, '', 'AccessMonitorConfiguration(Status)'],
  ['GetBucketHttpsConfig', 'GET ?httpsConfig', 200, '', 'HttpsConfiguration(TLS(Enable))'],
  ['GetBucketResourceGroup', 'GET ?resourceGroup', 200, '', 'BucketResourceGroupConfiguration(ResourceGroupId)'],
  ['GetBucketArchiveDirectRead', 'GET ?bucketArchiveDirectRead', 200, '', 'ArchiveDirectReadConfiguration(Enabled)'],
  ['ListLiveChannel', 'GET ?live', 200, '', 'ListLiveChannelResult'],
  ['ListCname', 'GET ?cname', 200, '', 'ListCnameResult(Bucket)'],
];

const BUCKETS: readonly Row[] = [
  ['GetBucketInfo', 'GET ?bucketInfo', 200, '', INFO],
  ['GetBucketLocation', 'GET ?location', 200, '', 'LocationConstraint'],
  ['GetBucketStat', 'GET ?stat', 200, '', STAT],
  ['HEAD of a bucket', 'HEAD ', 200, 'x-oss-bucket-region'],
];

describe.each([
  ['facts of a bucket', 'plain', BUCKETS],
  ['listings', 'plain', LISTINGS],
  ['settings', 'plain', SETTINGS],
  ['a new bucket', 'made', [['PutBucket', 'PUT ', 200, 'location'] as const]],
  ['a removed bucket', 'gone', [['DeleteBucket', 'DELETE ', 204, ''] as const]],
  [
    'the service',
    undefined,
    [
      ['ListBuckets', 'GET ', 200, '', `ListAllMyBucketsResult(${OWNER} Buckets(Bucket(${DESCRIPTION})))`],
      [
        'ListBuckets, a page',
        'GET ?max-keys=1',
        200,
        '',
        `ListAllMyBucketsResult(Prefix Marker MaxKeys IsTruncated NextMarker ${OWNER} Buckets(Bucket(${DESCRIPTION})))`,
      ],
      [
        'DescribeRegions',
        'GET ?regions',
        200,
        '',
        'RegionInfoList(RegionInfo(Region InternetEndpoint InternalEndpoint AccelerateEndpoint))',
      ],
      ['GetPublicAccessBlock', 'GET ?publicAccessBlock', 200, '', 'PublicAccessBlockConfiguration(BlockPublicAccess)'],
    ] as readonly Row[],
  ],
] as const)('%s', (_kind, bucket, rows: readonly Row[]) => {
  it.for(rows)('answers %s', async (row) => {
    const [, request, , , , { headers = {}, body } = {}] = row;
    const named = bucket === undefined ? {} : { bucket };
    expect(outlineOf(await ask({ ...named, headers, ...askOf(request) }, body))).toEqual(outlineIn(row));
  });
});
