import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { startLocalOss } from '../../../src/start-local-oss.ts';
import { call, policy, type Answer, type Ask } from '../../kit.ts';

let oss: LocalOss;
beforeEach(async () => {
  oss = await startLocalOss();
});
afterEach(() => oss.close());

const ask = (options: Ask, body?: string): Promise<Answer> => call(oss, { scheme: 'v4-header', ...options }, body);
const put = (bucket: string, body?: string, headers: Record<string, string> = {}) =>
  ask({ method: 'PUT', bucket, headers }, body);
const configuration = (inner: string): string => `<CreateBucketConfiguration>${inner}</CreateBucketConfiguration>`;
const element = (text: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];

describe('PutBucket', () => {
  it('makes a bucket of the class, redundancy and ACL that the request names', async () => {
    const body = configuration('<StorageClass>IA</StorageClass><DataRedundancyType>ZRS</DataRedundancyType>');
    const answer = await put('new-bucket', body, { 'x-oss-acl': 'public-read' });
    expect([answer.status, answer.headers.location]).toEqual([200, '/new-bucket']);
    const { text } = await ask({ bucket: 'new-bucket', query: { bucketInfo: null } });
    const said = ['StorageClass', 'DataRedundancyType', 'Grant'].map((name) => element(text, name));
    expect(said).toEqual(['IA', 'ZRS', 'public-read']);
    await ask({ method: 'PUT', bucket: 'new-bucket', key: 'a' }, 'x');
    const object = await ask({ method: 'HEAD', bucket: 'new-bucket', key: 'a' });
    expect(object.headers['x-oss-storage-class']).toBe('IA');
  });

  it('leaves a bucket that exists as it is, and refuses it another storage class', async () => {
    await oss.put('new-bucket', 'a', 'kept');
    expect((await put('new-bucket')).status).toBe(200);
    const other = await put('new-bucket', configuration('<StorageClass>Archive</StorageClass>'));
    expect([other.status, other.code]).toEqual([409, 'BucketAlreadyExists']);
    expect((await ask({ bucket: 'new-bucket', key: 'a' })).text).toBe('kept');
  });

  it('gives an ACL only for who may give one', async () => {
    const allow = { Effect: 'Allow', Action: ['oss:PutBucket', 'oss:GetBucketAcl'], Resource: '*' };
    const credentials = oss.addUser({ name: 'maker', policies: [policy(allow)] });
    const asked = { method: 'PUT', bucket: 'new-bucket', credentials };
    expect((await ask(asked)).status).toBe(200);
    const headers = { 'x-oss-acl': 'public-read-write' };
    expect(await ask({ ...asked, headers })).toMatchObject({ status: 403, code: 'AccessDenied' });
    const { text } = await ask({ ...asked, method: 'GET', query: { acl: null } });
    expect(element(text, 'Grant')).toBe('private');
  });

  it('is not for anonymous users', async () => {
    const answer = await fetch(`${oss.endpoint}/new-bucket`, { method: 'PUT' });
    expect(answer.status).toBe(403);
    expect((await ask({ bucket: 'new-bucket' })).code).toBe('NoSuchBucket');
  });

  it.each([
    ['a name with an underscore', 'new_bucket', '', 'InvalidBucketName'],
    ['an unknown storage class', 'new-bucket', configuration('<StorageClass>Cold</StorageClass>'), 'MalformedXML'],
    [
      'an unknown redundancy',
      'new-bucket',
      configuration('<DataRedundancyType>2</DataRedundancyType>'),
      'MalformedXML',
    ],
    ['another document', 'new-bucket', '<Other/>', 'MalformedXML'],
    ['no document', 'new-bucket', '<CreateBucketConfiguration>', 'MalformedXML'],
    [
      'another region',
      'new-bucket',
      configuration('<LocationConstraint>oss-cn-beijing</LocationConstraint>'),
      'InvalidLocationConstraint',
    ],
  ])('refuses %s', async (_, bucket, body, code) => {
    const answer = await put(bucket, body);
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect((await ask({ bucket })).code).toBe('NoSuchBucket');
  });

  it('makes no bucket with what it does not know', async () => {
    const answer = await put('new-bucket', configuration('<HierarchicalNamespace>Enabled</HierarchicalNamespace>'));
    expect([answer.status, answer.code]).toEqual([501, 'NotImplemented']);
    expect(answer.text).toContain('HierarchicalNamespace');
    expect((await ask({ bucket: 'new-bucket' })).code).toBe('NoSuchBucket');
  });

  it('makes a hundred buckets and no more', async () => {
    for (let index = 0; index < 100; index += 1) await oss.createBucket(`bucket-${index}`);
    const answer = await put('one-more');
    expect([answer.status, answer.code]).toEqual([400, 'TooManyBuckets']);
    expect((await put('bucket-7')).status).toBe(200);
  });
});

describe('DeleteBucket', () => {
  const remove = (bucket: string) => ask({ method: 'DELETE', bucket });

  it('removes an empty bucket with its settings; the name is free again', async () => {
    await oss.createBucket('old-bucket');
    oss.configureBucket('old-bucket', { acl: 'public-read' });
    expect((await remove('old-bucket')).status).toBe(204);
    expect((await ask({ bucket: 'old-bucket', key: 'a' })).code).toBe('NoSuchBucket');
    expect((await remove('old-bucket')).code).toBe('NoSuchBucket');
    await put('old-bucket');
    expect(element((await ask({ bucket: 'old-bucket', query: { acl: null } })).text, 'Grant')).toBe('private');
  });

  it('refuses a bucket with an object, or with an upload in parts that was begun', async () => {
    await oss.put('old-bucket', 'a', 'x');
    expect(await remove('old-bucket')).toMatchObject({ status: 409, code: 'BucketNotEmpty' });
    await ask({ method: 'DELETE', bucket: 'old-bucket', key: 'a' });
    const begun = await ask({ method: 'POST', bucket: 'old-bucket', key: 'b', query: { uploads: null } });
    expect((await remove('old-bucket')).code).toBe('BucketNotEmpty');
    const uploadId = element(begun.text, 'UploadId') ?? '';
    await ask({ method: 'DELETE', bucket: 'old-bucket', key: 'b', query: { uploadId } });
    expect((await remove('old-bucket')).status).toBe(204);
  });
});

describe('ListBuckets', () => {
  const names = ({ text }: Answer): readonly string[] =>
    [...text.matchAll(/<Name>([^<]*)/g)].map(([, name = '']) => name);
  const list = (query: Record<string, string> = {}) => ask({ query });

  it('lists all buckets with their owner, and nothing of paging when it lists all', async () => {
    for (const name of ['bucket-b', 'bucket-a', 'other']) await oss.createBucket(name);
    const answer = await list();
    expect(names(answer)).toEqual(['bucket-a', 'bucket-b', 'other']);
    expect(answer.text).toContain('<Owner><ID>1000000000000001</ID>');
    expect(answer.text).toContain('<Location>oss-cn-hangzhou</Location>');
    expect(answer.text).not.toMatch(/IsTruncated|MaxKeys|NextMarker/);
  });

  it('lists pages by prefix and marker until the last', async () => {
    for (const name of ['bucket-a', 'bucket-b', 'bucket-c', 'other']) await oss.createBucket(name);
    const first = await list({ prefix: 'bucket-', 'max-keys': '2' });
    expect(names(first)).toEqual(['bucket-a', 'bucket-b']);
    expect(element(first.text, 'IsTruncated')).toBe('true');
    const marker = element(first.text, 'NextMarker') ?? '';
    const second = await list({ prefix: 'bucket-', 'max-keys': '2', marker });
    expect([names(second), second.text.includes('IsTruncated')]).toEqual([['bucket-c'], false]);
  });

  it.each(['0', '1001', 'x'])('refuses max-keys %s', async (maxKeys) => {
    expect((await list({ 'max-keys': maxKeys })).code).toBe('InvalidArgument');
  });

  it('is only for who may', async () => {
    expect((await fetch(oss.endpoint)).status).toBe(403);
    const credentials = oss.addUser({ name: 'nobody' });
    expect((await ask({ credentials })).text).toContain('<AuthAction>oss:ListBuckets</AuthAction>');
    const Statement = { Effect: 'Allow', Action: 'oss:ListBuckets', Resource: 'acs:oss:*:*:*' };
    const lister = oss.addUser({ name: 'lister', policies: [policy(Statement)] });
    expect((await ask({ credentials: lister })).status).toBe(200);
  });
});

it('says where and how large a bucket is, by storage class', async () => {
  await oss.put('full-bucket', 'a', 'hello');
  await oss.put('full-bucket', 'b', 'hello world', { storageClass: 'IA' });
  await ask({ method: 'POST', bucket: 'full-bucket', key: 'c', query: { uploads: null } });
  const location = await ask({ bucket: 'full-bucket', query: { location: null } });
  expect(location.text).toContain('<LocationConstraint>oss-cn-hangzhou</LocationConstraint>');
  const { text } = await ask({ bucket: 'full-bucket', query: { stat: null } });
  const said = (name: string): number => Number(element(text, name));
  expect([said('Storage'), said('ObjectCount'), said('MultipartUploadCount')]).toEqual([16, 2, 1]);
  expect([said('StandardStorage'), said('StandardObjectCount')]).toEqual([5, 1]);
  expect([said('InfrequentAccessStorage'), said('InfrequentAccessRealStorage')]).toEqual([65_536, 11]);
});

it('describes its region, and the others by their names', async () => {
  const all = await ask({ query: { regions: null } });
  expect(element(all.text, 'InternalEndpoint')).toBe('oss-cn-hangzhou-internal.aliyuncs.com');
  const beijing = (await ask({ query: { regions: 'oss-cn-beijing' } })).text;
  expect(beijing.match(/<Region>/g)).toHaveLength(1);
  expect(all.text).toContain(element(beijing, 'InternetEndpoint'));
  expect((await ask({ query: { regions: 'oss-mars' } })).status).toBe(404);
});

it.each<[string, Ask, string]>([
  [
    'a sub-resource of buckets',
    { method: 'PUT', bucket: 'a-bucket', query: { inventory: null } },
    'PUT of a bucket with inventory',
  ],
  [
    'a sub-resource that V1 does not sign',
    { bucket: 'a-bucket', query: { overwriteConfig: null } },
    'GET of a bucket with overwriteConfig',
  ],
  [
    'a method on a sub-resource',
    { method: 'POST', bucket: 'a-bucket', query: { acl: null } },
    'POST of a bucket with acl',
  ],
  ['a method', { method: 'POST', bucket: 'a-bucket' }, 'POST of a bucket'],
  ['a sub-resource of the service', { query: { userQos: null } }, 'GET of the service with userQos'],
  [
    'a header',
    { bucket: 'a-bucket', headers: { 'x-oss-resource-group-id': 'rg-1' } },
    'GET of a bucket with the header x-oss-resource-group-id',
  ],
  [
    'a version of a bucket',
    { method: 'DELETE', bucket: 'a-bucket', query: { versionId: 'null' } },
    'DELETE of a bucket with versionId',
  ],
  [
    'a callback from a bucket',
    { bucket: 'a-bucket', query: { versions: null, callback: 'e30=' } },
    'GET with callback and versions',
  ],
  ['a sub-resource of objects', { bucket: 'a-bucket', key: 'a', query: { seal: null } }, 'GET of an object with seal'],
])('answers 501 to %s that it does not know, and names it in the journal', async (_, options, what) => {
  await oss.createBucket('a-bucket');
  const answer = await ask(options);
  expect([answer.status, answer.code]).toEqual([501, 'NotImplemented']);
  expect(answer.text).toContain(what);
  expect(oss.journal.entries().at(-1)).toMatchObject({ status: 501, code: 'NotImplemented' });
  expect(oss.journal.entries().at(-1)?.decision?.at(-1)).toContain(what);
});
