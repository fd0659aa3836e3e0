import type { OssResponse } from '../http/oss-response.ts';
import { emptyList, getBucketInfo, getBucketLocation, getBucketStat, headBucket } from './bucket/bucket-facts.ts';
import { deleteBucket, describeRegions, listBuckets } from './bucket/bucket-life.ts';
import { keptSettingRows } from './bucket/documents.ts';
import {
  deleteBucketCors,
  getBucketCors,
  putBucketCors,
  getBucketReferer,
  putBucketReferer,
} from './bucket/origin-settings.ts';
import { deletePublicAccessBlock, getPublicAccessBlock, putPublicAccessBlock } from './bucket/public-access.ts';
import {
  getBucketAcl,
  deleteBucketPolicy,
  getBucketPolicy,
  getBucketPolicyStatus,
  putBucketPolicy,
  getBucketVersioning,
  putBucketVersioning,
} from './bucket/settings.ts';
import { processImage } from './image/process-image.ts';
import { listVersions } from './listing/list-objects.ts';
import { listParts, listUploads } from './listing/list-uploads.ts';
import { getObjectAcl, putObjectAcl } from './object/acl.ts';
import { restoreObject } from './object/archive.ts';
import { copyObject, uploadPartCopy } from './object/copy-object.ts';
import { deleteObject, deleteMultiple } from './object/delete-objects.ts';
import { getObject, getObjectMeta } from './object/get-object.ts';
import { abortUpload, completeUpload, initiateUpload, uploadPart } from './object/multipart.ts';
import { appendObject, putObject } from './object/put-object.ts';
import { getSymlink, putSymlink } from './object/symlink.ts';
import { deleteTagging, getTagging, putTagging } from './object/tags.ts';
import type { BucketInput, OperationInput, ObjectInput } from './operation.ts';

// Listings of what a bucket cannot have here.
const EMPTY_LISTS = [
  ['live', 'ListLiveChannelResult', 'oss:ListLiveChannel'],
  ['accessPoint', 'ListAccessPointsResult', 'oss:ListAccessPoints'],
  ['style', 'StyleList', 'oss:ListStyle'],
  ['cname', 'ListCnameResult', 'oss:ListCname'],
  ['replication', 'ReplicationConfiguration', 'oss:GetBucketReplication'],
] as const;

type Row<Input> = readonly [run: (input: Input) => Promise<OssResponse>, action: string];

/** Who may do what of this operation depends on the keys in its body, so that it authorizes itself. */
export const AUTHORIZES_ITSELF = 'POST delete';

/** Operations on a bucket, by `METHOD sub-resource`; none for the plain operation. */
export const BUCKET_OPERATIONS: ReadonlyMap<string, Row<BucketInput>> = new Map<string, Row<BucketInput>>([
  ['DELETE', [deleteBucket, 'oss:DeleteBucket']],
  ['GET bucketInfo', [getBucketInfo, 'oss:GetBucketInfo']],
  ['GET location', [getBucketLocation, 'oss:GetBucketLocation']],
  ['GET stat', [getBucketStat, 'oss:GetBucketStat']],
  ['GET acl', [getBucketAcl, 'oss:GetBucketAcl']],
  ['GET cors', [getBucketCors, 'oss:GetBucketCors']],
  ['PUT cors', [putBucketCors, 'oss:PutBucketCors']],
  ['DELETE cors', [deleteBucketCors, 'oss:DeleteBucketCors']],
  ['GET referer', [getBucketReferer, 'oss:GetBucketReferer']],
  ['PUT referer', [putBucketReferer, 'oss:PutBucketReferer']],
  ['GET policy', [getBucketPolicy, 'oss:GetBucketPolicy']],
  ['PUT policy', [putBucketPolicy, 'oss:PutBucketPolicy']],
  ['DELETE policy', [deleteBucketPolicy, 'oss:DeleteBucketPolicy']],
  ['GET policyStatus', [getBucketPolicyStatus, 'oss:GetBucketPolicyStatus']],
  ['HEAD', [headBucket, 'oss:GetBucketInfo']],
  ['GET versioning', [getBucketVersioning, 'oss:GetBucketVersioning']],
  ['PUT versioning', [putBucketVersioning, 'oss:PutBucketVersioning']],
  ['GET versions', [listVersions, 'oss:ListObjectVersions']],
  ['GET uploads', [listUploads, 'oss:ListMultipartUploads']],
  [AUTHORIZES_ITSELF, [deleteMultiple, 'oss:DeleteObject']],
  ...keptSettingRows(),
  ...EMPTY_LISTS.map(([name, root, action]): [string, Row<BucketInput>] => [`GET ${name}`, [emptyList(root), action]]),
]);

/** Operations on the service itself, in the same way. */
export const SERVICE_OPERATIONS: ReadonlyMap<string, Row<OperationInput>> = new Map<string, Row<OperationInput>>([
  ['GET', [listBuckets, 'oss:ListBuckets']],
  ['GET publicAccessBlock', [getPublicAccessBlock, 'oss:GetPublicAccessBlock']],
  ['PUT publicAccessBlock', [putPublicAccessBlock, 'oss:PutPublicAccessBlock']],
  ['DELETE publicAccessBlock', [deletePublicAccessBlock, 'oss:DeletePublicAccessBlock']],
  ['GET regions', [describeRegions, 'oss:DescribeRegions']],
  ['GET regionList', [describeRegions, 'oss:DescribeRegions']],
]);

type ObjectRow = readonly [...Row<ObjectInput>, versionAction?: string];

/** Operations on an object, in the same way; the second action is that on a version that is named. */
export const OBJECT_OPERATIONS: ReadonlyMap<string, ObjectRow> = new Map<string, ObjectRow>([
  ['GET', [getObject, 'oss:GetObject', 'oss:GetObjectVersion']],
  ['GET x-oss-process', [processImage, 'oss:GetObject', 'oss:GetObjectVersion']],
  ['HEAD', [getObject, 'oss:GetObject', 'oss:GetObjectVersion']],
  ['HEAD objectMeta', [getObjectMeta, 'oss:GetObject', 'oss:GetObjectVersion']],
  ['PUT', [putObject, 'oss:PutObject']],
  ['PUT copy', [copyObject, 'oss:PutObject']],
  ['POST append', [appendObject, 'oss:PutObject']],
  ['DELETE', [deleteObject, 'oss:DeleteObject', 'oss:DeleteObjectVersion']],
  ['GET acl', [getObjectAcl, 'oss:GetObjectAcl', 'oss:GetObjectVersionAcl']],
  ['PUT acl', [putObjectAcl, 'oss:PutObjectAcl', 'oss:PutObjectVersionAcl']],
  ['GET tagging', [getTagging, 'oss:GetObjectTagging', 'oss:GetObjectVersionTagging']],
  ['PUT tagging', [putTagging, 'oss:PutObjectTagging', 'oss:PutObjectVersionTagging']],
  ['DELETE tagging', [deleteTagging, 'oss:DeleteObjectTagging', 'oss:DeleteObjectVersionTagging']],
  ['GET symlink', [getSymlink, 'oss:GetObject', 'oss:GetObjectVersion']],
  ['PUT symlink', [putSymlink, 'oss:PutObject']],
  ['POST restore', [restoreObject, 'oss:RestoreObject', 'oss:RestoreObjectVersion']],
  ['POST uploads', [initiateUpload, 'oss:PutObject']],
  ['PUT uploadId', [uploadPart, 'oss:PutObject']],
  ['PUT uploadId copy', [uploadPartCopy, 'oss:PutObject']],
  ['POST uploadId', [completeUpload, 'oss:PutObject']],
  ['DELETE uploadId', [abortUpload, 'oss:AbortMultipartUpload']],
  ['GET uploadId', [listParts, 'oss:ListParts']],
]);
