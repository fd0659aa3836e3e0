import { expect } from 'vitest';
import type { ClientOperation } from './ali-oss-operations.ts';

const BUCKET = 'client-bucket';
const ACCOUNT = '1000000000000001';

/** Operations on buckets, with signed headers. */
export const BUCKET_OPERATIONS: readonly ClientOperation[] = [
  {
    name: 'putBucket, deleteBucket',
    async run(client, oss): Promise<void> {
      await client.putBucket('made-bucket', { storageClass: 'IA', acl: 'public-read', dataRedundancyType: 'ZRS' });
      const { bucket } = await client.getBucketInfo('made-bucket');
      expect(bucket).toMatchObject({ StorageClass: 'IA', AccessControlList: { Grant: 'public-read' } });
      await oss.put('made-bucket', 'a', 'x');
      await expect(client.deleteBucket('made-bucket')).rejects.toMatchObject({ status: 409, code: 'BucketNotEmpty' });
      client.useBucket('made-bucket');
      await client.delete('a');
      expect((await client.deleteBucket('made-bucket')).res.status).toBe(204);
      await expect(client.getBucketInfo('made-bucket')).rejects.toMatchObject({ status: 404, code: 'NoSuchBucket' });
    },
  },
  {
    name: 'listBuckets with prefix, marker and max-keys',
    async run(client, oss): Promise<void> {
      for (const name of ['list-a', 'list-b', 'list-c']) await oss.createBucket(name);
      const first = await client.listBuckets({ prefix: 'list-', 'max-keys': '2' });
      expect(first).toMatchObject({ isTruncated: true, nextMarker: 'list-b', owner: { id: ACCOUNT } });
      const rest = await client.listBuckets({ prefix: 'list-', marker: first.nextMarker ?? '' });
      const names = [first, rest].flatMap(({ buckets }) => buckets?.map(({ name }) => name));
      expect([names, rest.isTruncated]).toEqual([['list-a', 'list-b', 'list-c'], false]);
    },
  },
  {
    name: 'getBucketInfo, getBucketLocation, getBucketStat',
    async run(client): Promise<void> {
      const { bucket } = await client.getBucketInfo(BUCKET);
      expect(bucket).toMatchObject({ Name: BUCKET, Location: 'oss-cn-hangzhou', Owner: { ID: ACCOUNT } });
      expect((await client.getBucketLocation(BUCKET)).location).toBe('oss-cn-hangzhou');
      expect(Number((await client.getBucketStat(BUCKET)).stat['ObjectCount'])).toBeGreaterThan(0);
    },
  },
  {
    name: 'putBucketACL, getBucketACL',
    async run(client): Promise<void> {
      await client.putBucketACL(BUCKET, 'public-read');
      expect(await client.getBucketACL(BUCKET)).toMatchObject({ acl: 'public-read', owner: { id: ACCOUNT } });
      await client.putBucketACL(BUCKET, 'private');
    },
  },
  {
    name: 'putBucketCORS, getBucketCORS, deleteBucketCORS',
    async run(client): Promise<void> {
      const rules = [
        { allowedOrigin: 'https://a.test', allowedMethod: ['GET', 'PUT'], allowedHeader: '*', maxAgeSeconds: '60' },
        { allowedOrigin: '*', allowedMethod: 'HEAD', exposeHeader: ['ETag', 'x-oss-request-id'] },
      ];
      await client.putBucketCORS(BUCKET, rules);
      expect((await client.getBucketCORS(BUCKET)).rules).toEqual(rules);
      await client.deleteBucketCORS(BUCKET);
      await expect(client.getBucketCORS(BUCKET)).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' });
    },
  },
  {
    name: 'putBucketReferer, getBucketReferer, deleteBucketReferer',
    async run(client): Promise<void> {
      await client.putBucketReferer(BUCKET, false, ['http://*.a.test', 'https://b.test']);
      const rules = { allowEmpty: false, referers: ['http://*.a.test', 'https://b.test'] };
      expect(await client.getBucketReferer(BUCKET)).toMatchObject(rules);
      await client.deleteBucketReferer(BUCKET);
      expect(await client.getBucketReferer(BUCKET)).toMatchObject({ allowEmpty: true, referers: null });
    },
  },
  {
    name: 'putBucketPolicy, getBucketPolicy, deleteBucketPolicy',
    async run(client): Promise<void> {
      const Statement = [
        { Effect: 'Deny', Action: ['oss:GetObject'], Principal: ['*'], Resource: [`acs:oss:*:*:${BUCKET}/no/*`] },
      ];
      await client.putBucketPolicy(BUCKET, { Version: '1', Statement });
      expect((await client.getBucketPolicy(BUCKET)).policy).toEqual({ Version: '1', Statement });
      await expect(client.get('no/a')).rejects.toMatchObject({ status: 403, code: 'AccessDenied' });
      await client.deleteBucketPolicy(BUCKET);
      await expect(client.get('no/a')).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' });
    },
  },
  {
    name: 'putBucketLogging, getBucketLogging, deleteBucketLogging',
    async run(client): Promise<void> {
      await client.putBucketLogging(BUCKET, 'logs/');
      expect(await client.getBucketLogging(BUCKET)).toMatchObject({ enable: true, prefix: 'logs/' });
      await client.deleteBucketLogging(BUCKET);
      expect(await client.getBucketLogging(BUCKET)).toMatchObject({ enable: false, prefix: null });
    },
  },
  {
    name: 'putBucketWebsite, getBucketWebsite, deleteBucketWebsite',
    async run(client): Promise<void> {
      await client.putBucketWebsite(BUCKET, { index: 'index.html', error: '404.html' });
      expect(await client.getBucketWebsite(BUCKET)).toMatchObject({ index: 'index.html', error: '404.html' });
      await client.deleteBucketWebsite(BUCKET);
      await expect(client.getBucketWebsite(BUCKET)).rejects.toMatchObject({ code: 'NoSuchWebsiteConfiguration' });
    },
  },
  {
    name: 'putBucketLifecycle, getBucketLifecycle, deleteBucketLifecycle',
    async run(client): Promise<void> {
      await client.putBucketLifecycle(BUCKET, [
        { id: 'one', prefix: 'logs/', status: 'Enabled', expiration: { days: 3 } },
        { prefix: 'tmp/', status: 'Disabled', abortMultipartUpload: { days: 1 } },
      ]);
      const { rules } = await client.getBucketLifecycle(BUCKET);
      expect(rules).toMatchObject([{ id: 'one', expiration: { days: '3' } }, { status: 'Disabled' }]);
      await client.deleteBucketLifecycle(BUCKET);
      await expect(client.getBucketLifecycle(BUCKET)).rejects.toMatchObject({ status: 404, code: 'NoSuchLifecycle' });
    },
  },
  {
    name: 'putBucketEncryption, getBucketEncryption, deleteBucketEncryption',
    async run(client): Promise<void> {
      await client.putBucketEncryption(BUCKET, { SSEAlgorithm: 'AES256' });
      expect((await client.getBucketEncryption(BUCKET)).encryption).toMatchObject({ SSEAlgorithm: 'AES256' });
      await client.deleteBucketEncryption(BUCKET);
      await expect(client.getBucketEncryption(BUCKET)).rejects.toMatchObject({ status: 404 });
    },
  },
  {
    name: 'putBucketRequestPayment, getBucketRequestPayment',
    async run(client): Promise<void> {
      await client.putBucketRequestPayment(BUCKET, 'Requester');
      expect((await client.getBucketRequestPayment(BUCKET)).payer).toBe('Requester');
      await client.putBucketRequestPayment(BUCKET, 'BucketOwner');
    },
  },
  {
    name: 'putBucketTags, getBucketTags, deleteBucketTags',
    async run(client): Promise<void> {
      await client.putBucketTags(BUCKET, { a: '1', b: '2' });
      expect((await client.getBucketTags(BUCKET)).tag).toEqual({ a: '1', b: '2' });
      await client.deleteBucketTags(BUCKET);
      expect((await client.getBucketTags(BUCKET)).tag).toEqual({});
    },
  },
];
