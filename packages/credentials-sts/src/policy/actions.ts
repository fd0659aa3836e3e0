import { matchesPattern } from './operators.ts';

/** The kind of resource that an action is for. `other`: none of these, or not known for certain, such as an access point. */
export type Target = 'object' | 'bucket' | 'other';

// https://www.alibabacloud.com/help/en/oss/user-guide/authorization-syntax-and-elements. Names without `oss:`.
const OBJECT_ACTIONS = `
  AbortMultipartUpload DeleteObject DeleteObjectTagging DeleteObjectVersion DeleteObjectVersionTagging GetObject GetObjectAcl
  GetObjectTagging GetObjectVersion GetObjectVersionAcl GetObjectVersionTagging ListParts PostProcessTask PutObject PutObjectAcl
  PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging RestoreObject RestoreObjectVersion`;
const BUCKET_ACTIONS = `
  AbortBucketWorm CompleteBucketWorm CreateBucketDataRedundancyTransition DeleteBucket DeleteBucketCors
  DeleteBucketDataRedundancyTransition DeleteBucketEncryption DeleteBucketInventory DeleteBucketLifecycle DeleteBucketLogging
  DeleteBucketOverwriteConfig DeleteBucketPolicy DeleteBucketPublicAccessBlock DeleteBucketReplication DeleteBucketTagging
  DeleteBucketWebsite ExtendBucketWorm GetBucketAccessMonitor GetBucketAcl GetBucketArchiveDirectRead GetBucketCors
  GetBucketDataRedundancyTransition GetBucketEncryption GetBucketHttpsConfig GetBucketInfo GetBucketInventory GetBucketLifecycle
  GetBucketLocation GetBucketLogging GetBucketOverwriteConfig GetBucketPolicy GetBucketPolicyStatus GetBucketPublicAccessBlock
  GetBucketReferer GetBucketReplication GetBucketReplicationLocation GetBucketReplicationProgress GetBucketRequestPayment
  GetBucketResourceGroup GetBucketStat GetBucketTagging GetBucketTransferAcceleration GetBucketVersioning GetBucketWebsite
  GetBucketWorm HeadBucket InitiateBucketWorm ListBucketDataRedundancyTransition ListMultipartUploads ListObjectVersions
  ListObjects PutBucket PutBucketAccessMonitor PutBucketAcl PutBucketArchiveDirectRead PutBucketCors PutBucketEncryption
  PutBucketHttpsConfig PutBucketInventory PutBucketLifecycle PutBucketLogging PutBucketOverwriteConfig PutBucketPolicy
  PutBucketPublicAccessBlock PutBucketReferer PutBucketReplication PutBucketRequestPayment PutBucketResourceGroup PutBucketRTC
  PutBucketTagging PutBucketTransferAcceleration PutBucketVersioning PutBucketWebsite`;
const OTHER_ACTIONS = `
  ActivateProduct CloseMetaQuery CreateAccessPoint CreateAccessPointForObjectProcess CreateCnameToken CreateOrder
  DeleteAccessPoint DeleteAccessPointForObjectProcess DeleteAccessPointPolicy DeleteAccessPointPolicyForObjectProcess
  DeleteAccessPointPublicAccessBlock DeleteBucketQoSInfo DeleteBucketRequesterQoSInfo DeleteCname DeleteLiveChannel
  DeletePublicAccessBlock DeleteResourcePoolRequesterQoSInfo DeleteStyle DeleteVectorBucket DeleteVectorIndex DeleteVectors
  DescribeRegions DoMetaQuery GetAccessPoint GetAccessPointConfigForObjectProcess GetAccessPointForObjectProcess
  GetAccessPointPolicy GetAccessPointPolicyForObjectProcess GetAccessPointPublicAccessBlock GetBucketQoSInfo
  GetBucketRequesterQoSInfo GetCnameToken GetLiveChannel GetLiveChannelHistory GetLiveChannelStat GetMetaQueryStatus
  GetPublicAccessBlock GetResourcePoolInfo GetResourcePoolRequesterQoSInfo GetStyle GetUserAntiDDosInfo GetVectorBucket
  GetVectorIndex GetVectors GetVodPlaylist InitBucketAntiDDosInfo InitUserAntiDDosInfo ListAccessPoints
  ListAccessPointsForObjectProcess ListBucketAntiDDosInfo ListBucketRequesterQoSInfo ListBuckets ListCname ListLiveChannel
  ListResourcePoolBuckets ListResourcePoolRequesterQoSInfos ListResourcePools ListStyle ListUserDataRedundancyTransition
  ListVectorBuckets ListVectorIndexes ListVectors OpenMetaQuery PostVodPlaylist ProcessImm PublishRtmpStream
  PutAccessPointConfigForObjectProcess PutAccessPointPolicy PutAccessPointPolicyForObjectProcess
  PutAccessPointPublicAccessBlock PutBucketQoSInfo PutBucketRequesterQoSInfo PutCname PutLiveChannel PutLiveChannelStatus
  PutPublicAccessBlock PutResourcePoolRequesterQoSInfo PutStyle PutVectorBucket PutVectorIndex PutVectors QueryVectors
  ReplicateDelete ReplicateGet ReplicateList ReplicatePut UpdateBucketAntiDDosInfo UpdateUserAntiDDosInfo
  WriteGetObjectResponse`;

/** An action of OSS. */
export interface KnownAction {
  /** As OSS writes it, such as `oss:GetObject`. */
  readonly name: string;
  readonly target: Target;
}

// By lower-case name: RAM ignores the case of actions.
const KNOWN: ReadonlyMap<string, KnownAction> = new Map(
  (
    [
      ['object', OBJECT_ACTIONS],
      ['bucket', BUCKET_ACTIONS],
      ['other', OTHER_ACTIONS],
    ] as const
  ).flatMap(([target, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => [`oss:${name}`.toLowerCase(), { name: `oss:${name}`, target }] as const),
  ),
);

// Operations of the API, here or elsewhere, whose permission has another name.
const PERMISSIONS: ReadonlyMap<string, string> = new Map(
  [
    ['oss:GetObject', 'HeadObject GetObjectMeta SelectObject GetSymlink'],
    ['oss:ListObjects', 'ListBucket GetBucket ListObjectsV2'],
    ['oss:ListObjectVersions', 'GetBucketVersions ListBucketVersions'],
    ['oss:ListBuckets', 'GetService ListAllMyBuckets'],
    ['oss:DeleteObject', 'DeleteMultipleObjects DeleteObjects'],
    [
      'oss:PutObject',
      'AppendObject PostObject PutSymlink InitiateMultipartUpload UploadPart UploadPartCopy CompleteMultipartUpload',
    ],
    ['oss:GetObject" and "oss:PutObject', 'CopyObject'],
  ].flatMap(([permission = '', operations = '']) =>
    operations.split(' ').map((name) => [`oss:${name}`.toLowerCase(), permission] as const),
  ),
);

/** The known actions that a pattern matches; RAM ignores case. */
export function actionsMatching(pattern: string): readonly KnownAction[] {
  const lower = pattern.toLowerCase();
  const exact = KNOWN.get(lower);
  if (exact !== undefined || !/[*?]/.test(lower)) return exact === undefined ? [] : [exact];
  return [...KNOWN].filter(([name]) => matchesPattern(lower, name)).map(([, action]) => action);
}

/** The name to write in place of an action that OSS does not have, where one is plainly meant. */
export function intendedAction(action: string): string | undefined {
  const lower = action.toLowerCase();
  const permission = PERMISSIONS.get(lower);
  if (permission !== undefined) return permission;
  const name = lower.slice(lower.indexOf(':') + 1);
  const alike = [`oss:${name}`, `oss:${name.replace(/s$/, '')}`, `oss:${name}s`];
  return alike.map((candidate) => KNOWN.get(candidate)?.name ?? PERMISSIONS.get(candidate)).find(Boolean);
}

/** Whether the action lists the keys of a bucket: only such requests have a prefix and a delimiter. */
export function listsKeys({ name }: KnownAction): boolean {
  return name === 'oss:ListObjects' || name === 'oss:ListObjectVersions' || name === 'oss:ListMultipartUploads';
}
