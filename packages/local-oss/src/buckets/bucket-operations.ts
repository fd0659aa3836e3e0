import type { Reply } from '../http/reply.ts';
import type { BucketInput, OperationInput } from '../operations/operation.ts';
import type { DocumentName } from '../store/object-store.ts';
import { getBucketAcl, putBucketAcl } from './acl-settings.ts';
import { getBucketInfo, getBucketLocation, getBucketStat } from './bucket-facts.ts';
import { deleteBucketCors, getBucketCors, putBucketCors } from './cors-settings.ts';
import { deleteBucket } from './delete-bucket.ts';
import { documentOperations } from './document-settings.ts';
import { describeRegions, listBuckets } from './list-buckets.ts';
import { deleteBucketPolicy, getBucketPolicy, putBucketPolicy } from './policy-settings.ts';
import { getBucketReferer, putBucketReferer } from './referer-settings.ts';

type Row = readonly [run: (input: BucketInput) => Promise<Reply>, action: string];

/** Operations on a bucket, by `METHOD sub-resource`; none for the plain operation. */
export const BUCKET_SETTINGS: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['DELETE', [deleteBucket, 'oss:DeleteBucket']],
  ['GET bucketInfo', [getBucketInfo, 'oss:GetBucketInfo']],
  ['GET location', [getBucketLocation, 'oss:GetBucketLocation']],
  ['GET stat', [getBucketStat, 'oss:GetBucketStat']],
  ['GET acl', [getBucketAcl, 'oss:GetBucketAcl']],
  ['PUT acl', [putBucketAcl, 'oss:PutBucketAcl']],
  ['GET cors', [getBucketCors, 'oss:GetBucketCors']],
  ['PUT cors', [putBucketCors, 'oss:PutBucketCors']],
  ['DELETE cors', [deleteBucketCors, 'oss:DeleteBucketCors']],
  ['GET referer', [getBucketReferer, 'oss:GetBucketReferer']],
  ['PUT referer', [putBucketReferer, 'oss:PutBucketReferer']],
  ['GET policy', [getBucketPolicy, 'oss:GetBucketPolicy']],
  ['PUT policy', [putBucketPolicy, 'oss:PutBucketPolicy']],
  ['DELETE policy', [deleteBucketPolicy, 'oss:DeleteBucketPolicy']],
  ...documentRows('logging', 'BucketLogging'),
  ...documentRows('website', 'BucketWebsite'),
  ...documentRows('lifecycle', 'BucketLifecycle'),
  ...documentRows('tagging', 'BucketTagging'),
]);

type ServiceRow = readonly [run: (input: OperationInput) => Promise<Reply>, action: string];

/** Operations on the service itself, in the same way. */
export const SERVICE_OPERATIONS: ReadonlyMap<string, ServiceRow> = new Map<string, ServiceRow>([
  ['GET', [listBuckets, 'oss:ListBuckets']],
  ['GET regions', [describeRegions, 'oss:DescribeRegions']],
]);

function documentRows(name: DocumentName, called: string): readonly (readonly [string, Row])[] {
  const { get, put, remove } = documentOperations(name);
  return [
    [`GET ${name}`, [get, `oss:Get${called}`]],
    [`PUT ${name}`, [put, `oss:Put${called}`]],
    [`DELETE ${name}`, [remove, `oss:Delete${called}`]],
  ];
}
