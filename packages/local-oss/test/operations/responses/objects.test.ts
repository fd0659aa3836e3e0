import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { startLocalOss } from '../../../src/start-local-oss.ts';
import { call, type Answer, type Ask } from '../../kit.ts';
import { askOf, outlineIn, outlineOf, type Row } from './outline.ts';

const PART = '0'.repeat(102_400);
const ENABLED = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
const TAGS = '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>';
const DELETE = '<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>';
const QUIET = '<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>';
const summed = (body: string): { readonly headers: Record<string, string>; readonly body: string } => {
  return { headers: { 'content-md5': createHash('md5').update(body).digest('base64') }, body };
};

let oss: LocalOss;
const ids = new Map<string, string>();
const ask = (request: Ask, body?: string): Promise<Answer> => call(oss, { scheme: 'v4-header', ...request }, body);
const put = (request: Ask, body?: string): Promise<Answer> => ask({ method: 'PUT', ...request }, body);

beforeAll(async () => {
  oss = await startLocalOss({ now: new Date('2026-11-23T12:00:00.123Z') });
  for (const bucket of ['plain', 'versioned']) {
    await oss.createBucket(bucket);
    if (bucket === 'versioned') await put({ bucket, query: { versioning: null } }, ENABLED);
    await put({ bucket, key: 'key', headers: { 'x-oss-tagging': 'a=1', 'x-oss-meta-a': 'b' } }, 'hello');
    await put({ bucket, key: 'cold', headers: { 'x-oss-storage-class': 'ColdArchive' } }, 'hello');
    for (const key of ['begun', 'made', 'safe']) {
      const headers = key === 'safe' ? AES : {};
      const { text } = await ask({ method: 'POST', bucket, key, query: { uploads: null }, headers });
      const uploadId = /<UploadId>([^<]*)/.exec(text)?.[1] ?? '';
      ids.set(`${key} in ${bucket}`, uploadId);
      await put({ bucket, key, query: { uploadId, partNumber: '1' } }, PART);
    }
  }
  const stored = await put({ bucket: 'versioned', key: 'twice' }, 'hello');
  ids.set('a version', String(stored.headers['x-oss-version-id']));
  const deleted = await ask({ method: 'DELETE', bucket: 'versioned', key: 'twice' });
  ids.set('a marker', String(deleted.headers['x-oss-version-id']));
});
afterAll(() => oss.close());

const BYTES = 'accept-ranges content-md5 content-type etag last-modified x-oss-hash-crc64ecma';
const FACTS = `${BYTES} x-oss-object-type x-oss-storage-class`;
const TAGGED = `${FACTS} x-oss-meta-a x-oss-tagging-count`;
const UNSUMMED = FACTS.replace('content-md5 ', '');
const STORED = 'content-md5 etag x-oss-hash-crc64ecma';
const APPENDED = 'etag x-oss-hash-crc64ecma x-oss-next-append-position';
const LINK = 'content-type etag last-modified x-oss-symlink-target';
const ENCRYPTED = 'x-oss-server-side-encryption';
const AES = { [ENCRYPTED]: 'AES256' };
const COPY = { 'x-oss-copy-source': '/plain/key' };
const COPY_OF_VERSION = { 'x-oss-copy-source': '/versioned/key' };
const COPIED = 'etag x-oss-hash-crc64ecma';
const COPY_RESULT = 'CopyObjectResult(ETag LastModified)';
const PART_RESULT = 'CopyPartResult(LastModified ETag)';
const ACL = 'AccessControlPolicy(Owner(ID DisplayName) AccessControlList(Grant))';
const INITIATED = 'InitiateMultipartUploadResult(Bucket Key UploadId)';
const COMPLETED = 'CompleteMultipartUploadResult(Location Bucket Key ETag)';
const PARTS =
  'ListPartsResult(Bucket Key UploadId PartNumberMarker NextPartNumberMarker MaxParts IsTruncated StorageClass ' +
  'Part(PartNumber LastModified ETag HashCrc64ecma Size))';

const PLAIN: readonly Row[] = [
  ['PutObject', 'PUT new', 200, STORED, '', { body: 'hello' }],
  ['PutObject, encrypted', 'PUT new', 200, `${STORED} ${ENCRYPTED}`, '', { headers: AES }],
  ['GetObject', 'GET key', 200, TAGGED],
  ['GetObject, encrypted', 'GET new', 200, `${FACTS} ${ENCRYPTED}`],
  ['GetObject, part', 'GET key', 206, `${TAGGED} content-range`, '', { headers: { range: 'bytes=1-2' } }],
  ['GetObject, not modified', 'GET key', 304, TAGGED, '', { headers: { 'if-none-match': '*' } }],
  ['HeadObject', 'HEAD key', 200, TAGGED],
  ['GetObjectMeta', 'HEAD key?objectMeta', 200, 'etag last-modified x-oss-hash-crc64ecma'],
  ['CopyObject', 'PUT copy', 200, COPIED, COPY_RESULT, { headers: COPY }],
  ['CopyObject, encrypted', 'PUT copy', 200, `${COPIED} ${ENCRYPTED}`, COPY_RESULT, { headers: { ...COPY, ...AES } }],
  ['AppendObject', 'POST log?append&position=0', 200, APPENDED, '', { body: 'hello' }],
  ['AppendObject, encrypted', 'POST seal?append&position=0', 200, `${APPENDED} ${ENCRYPTED}`, '', { headers: AES }],
  ['HeadObject of an appendable', 'HEAD log', 200, `${UNSUMMED} x-oss-next-append-position`],
  [
    'PutSymlink',
    'PUT link?symlink',
    200,
    'etag',
    '',
    { headers: { 'x-oss-symlink-target': 'key', 'x-oss-meta-b': 'c' } },
  ],
  ['GetSymlink', 'GET link?symlink', 200, `${LINK} x-oss-meta-b`],
  ['HeadObject of a symlink', 'HEAD link', 200, `${FACTS} x-oss-meta-b`],
  ['RestoreObject', 'POST cold?restore', 202, 'x-oss-object-restore-priority'],
  ['HeadObject while it is restored', 'HEAD cold', 200, `${FACTS} x-oss-restore`],
  ['PutObjectAcl', 'PUT key?acl', 200, '', '', { headers: { 'x-oss-object-acl': 'private' } }],
  ['GetObjectAcl', 'GET key?acl', 200, '', ACL],
  ['PutObjectTagging', 'PUT key?tagging', 200, '', '', { body: TAGS }],
  ['GetObjectTagging', 'GET key?tagging', 200, '', 'Tagging(TagSet(Tag(Key Value)))'],
  ['DeleteObjectTagging', 'DELETE key?tagging', 204, ''],
  ['GetObjectTagging without tags', 'GET key?tagging', 200, '', 'Tagging(TagSet)'],
  ['InitiateMultipartUpload', 'POST up?uploads', 200, '', INITIATED],
  ['InitiateMultipartUpload, encrypted', 'POST up?uploads', 200, ENCRYPTED, INITIATED, { headers: AES }],
  ['UploadPart', 'PUT begun?uploadId=begun in plain&partNumber=1', 200, STORED, '', { body: PART }],
  ['UploadPart, encrypted', 'PUT safe?uploadId=safe in plain&partNumber=2', 200, `${STORED} ${ENCRYPTED}`],
  [
    'UploadPartCopy',
    'PUT begun?uploadId=begun in plain&partNumber=2',
    200,
    'etag x-oss-hash-crc64ecma',
    PART_RESULT,
    { headers: COPY },
  ],
  ['ListParts', 'GET begun?uploadId=begun in plain', 200, '', PARTS],
  [
    'ListParts, encoded',
    'GET begun?uploadId=begun in plain&encoding-type=url',
    200,
    '',
    PARTS.replace('(', '(EncodingType '),
  ],
  [
    'CompleteMultipartUpload',
    'POST made?uploadId=made in plain',
    200,
    'etag x-oss-hash-crc64ecma',
    COMPLETED,
    { headers: { 'x-oss-complete-all': 'yes' } },
  ],
  ['HeadObject of parts', 'HEAD made', 200, UNSUMMED],
  ['AbortMultipartUpload', 'DELETE begun?uploadId=begun in plain', 204, ''],
  ['DeleteObject', 'DELETE new', 204, ''],
  ['DeleteMultipleObjects', 'POST ?delete', 200, '', 'DeleteResult(Deleted(Key))', summed(DELETE)],
  ['DeleteMultipleObjects, quiet', 'POST ?delete', 200, '', '', summed(QUIET)],
];

const ID = 'x-oss-version-id';
const SOURCE = 'x-oss-copy-source-version-id';
const VERSIONED: readonly Row[] = [
  ['PutObject', 'PUT new', 200, `${STORED} ${ID}`, '', { body: 'hello' }],
  ['GetObject', 'GET new', 200, `${FACTS} ${ID}`],
  ['GetObject of a version', 'GET twice?versionId=a version', 200, `${FACTS} ${ID}`],
  ['GetObjectMeta', 'HEAD new?objectMeta', 200, `etag last-modified x-oss-hash-crc64ecma ${ID}`],
  ['CopyObject', 'PUT copy', 200, `${COPIED} ${SOURCE} ${ID}`, COPY_RESULT, { headers: COPY_OF_VERSION }],
  ['AppendObject', 'POST log?append&position=0', 200, `${APPENDED} ${ID}`, '', { body: 'hello' }],
  ['PutSymlink', 'PUT link?symlink', 200, `etag ${ID}`, '', { headers: { 'x-oss-symlink-target': 'key' } }],
  ['GetSymlink', 'GET link?symlink', 200, `${LINK} ${ID}`],
  ['RestoreObject', 'POST cold?restore', 202, `x-oss-object-restore-priority ${ID}`],
  ['PutObjectAcl', 'PUT key?acl', 200, ID, '', { headers: { 'x-oss-object-acl': 'private' } }],
  ['GetObjectAcl', 'GET key?acl', 200, ID, ACL],
  ['PutObjectTagging', 'PUT key?tagging', 200, ID, '', { body: TAGS }],
  ['GetObjectTagging', 'GET key?tagging', 200, ID, 'Tagging(TagSet(Tag(Key Value)))'],
  ['DeleteObjectTagging', 'DELETE key?tagging', 204, ID],
  [
    'UploadPartCopy',
    'PUT begun?uploadId=begun in versioned&partNumber=2',
    200,
    `etag x-oss-hash-crc64ecma ${SOURCE}`,
    PART_RESULT,
    { headers: COPY_OF_VERSION },
  ],
  [
    'CompleteMultipartUpload',
    'POST made?uploadId=made in versioned',
    200,
    `etag x-oss-hash-crc64ecma ${ID}`,
    COMPLETED,
    { headers: { 'x-oss-complete-all': 'yes' } },
  ],
  ['DeleteObject', 'DELETE new', 204, `x-oss-delete-marker ${ID}`],
  ['DeleteObject of a version', 'DELETE twice?versionId=a version', 204, ID],
  ['DeleteObject of a marker', 'DELETE twice?versionId=a marker', 204, `x-oss-delete-marker ${ID}`],
  [
    'DeleteMultipleObjects',
    'POST ?delete',
    200,
    '',
    'DeleteResult(Deleted(Key DeleteMarker DeleteMarkerVersionId))',
    summed(DELETE),
  ],
];

describe.each([
  ['a bucket', 'plain', PLAIN],
  ['a bucket with versions', 'versioned', VERSIONED],
] as const)('%s', (_kind, bucket, rows) => {
  it.for(rows)('answers %s', async (row) => {
    const [, request, , , , { headers = {}, body } = {}] = row;
    expect(outlineOf(await ask({ bucket, headers, ...askOf(request, ids) }, body))).toEqual(outlineIn(row));
  });
});
