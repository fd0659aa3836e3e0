import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { startLocalOss } from '../../../src/start-local-oss.ts';
import { call, policy, type Answer, type Ask } from '../../kit.ts';

let oss: LocalOss;
beforeEach(async () => {
  oss = await startLocalOss();
});
afterEach(() => oss.close());

const ask = (options: Ask, body?: string): Promise<Answer> =>
  call(oss, { scheme: 'v4-header', bucket: 'a-bucket', ...options }, body);
const element = ({ text }: Answer, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
const makeBucket = (storageClass: string): Promise<Answer> => {
  const inner = `<StorageClass>${storageClass}</StorageClass>`;
  return ask({ method: 'PUT' }, `<CreateBucketConfiguration>${inner}</CreateBucketConfiguration>`);
};
const classOf = async (key: string): Promise<unknown> =>
  (await ask({ method: 'HEAD', key })).headers['x-oss-storage-class'];
const append = (position: number, headers: Record<string, string> = {}): Promise<Answer> =>
  ask({ method: 'POST', key: 'log', query: { append: null, position: String(position) }, headers }, 'x');
const uploadInParts = async (headers: Record<string, string>): Promise<void> => {
  const begun = await ask({ method: 'POST', key: 'parts', query: { uploads: null }, headers });
  const uploadId = element(begun, 'UploadId') ?? '';
  const part = await ask({ method: 'PUT', key: 'parts', query: { uploadId, partNumber: '1' } }, 'x');
  const listed = `<Part><PartNumber>1</PartNumber><ETag>${String(part.headers.etag)}</ETag></Part>`;
  const xml = `<CompleteMultipartUpload>${listed}</CompleteMultipartUpload>`;
  expect((await ask({ method: 'POST', key: 'parts', query: { uploadId } }, xml)).status).toBe(200);
};

it("gives what is appended, uploaded in parts, copied and linked the bucket's storage class", async () => {
  await oss.put('other-bucket', 'a', 'x');
  await makeBucket('IA');
  await append(0);
  await uploadInParts({});
  await ask({ method: 'PUT', key: 'copy', headers: { 'x-oss-copy-source': '/other-bucket/a' } });
  await ask({ method: 'PUT', key: 'link', query: { symlink: null }, headers: { 'x-oss-symlink-target': 'copy' } });
  expect(await Promise.all(['log', 'parts', 'copy', 'link'].map(classOf))).toEqual(['IA', 'IA', 'IA', 'IA']);
});

it('gives them the storage class that their request names before that', async () => {
  await makeBucket('IA');
  const headers = { 'x-oss-storage-class': 'Archive' };
  await append(0, headers);
  await uploadInParts(headers);
  expect(await Promise.all(['log', 'parts'].map(classOf))).toEqual(['Archive', 'Archive']);
});

it('appends nothing that would be cold, by the bucket as by the request', async () => {
  await makeBucket('ColdArchive');
  expect(await append(0)).toMatchObject({ status: 400, code: 'InvalidArgument', ec: '0016-00000503' });
  expect((await append(0, { 'x-oss-storage-class': 'Standard' })).status).toBe(200);
  expect((await append(1)).status).toBe(200);
  expect(await classOf('log')).toBe('Standard');
});

it("keeps a bucket's tags and its objects' tags apart, and the rights to them", async () => {
  await oss.put('a-bucket', 'a', 'x');
  const tagging = (value: string): string =>
    `<Tagging><TagSet><Tag><Key>of</Key><Value>${value}</Value></Tag></TagSet></Tagging>`;
  const [ofBucket, ofObject] = [{ query: { tagging: null } }, { key: 'a', query: { tagging: null } }];
  await ask({ method: 'PUT', ...ofBucket }, tagging('bucket'));
  await ask({ method: 'PUT', ...ofObject }, tagging('object'));
  expect([element(await ask(ofBucket), 'Value'), element(await ask(ofObject), 'Value')]).toEqual(['bucket', 'object']);
  const reader = (name: string, Action: string) =>
    oss.addUser({ name, policies: [policy({ Effect: 'Allow', Action, Resource: '*' })] });
  const users = [reader('buckets', 'oss:GetBucketTagging'), reader('objects', 'oss:GetObjectTagging')];
  const statuses = users.map(async (credentials) =>
    Promise.all([ofBucket, ofObject].map(async (options) => (await ask({ ...options, credentials })).status)),
  );
  expect(await Promise.all(statuses)).toEqual([
    [200, 403],
    [403, 200],
  ]);
  expect((await ask({ method: 'DELETE', ...ofBucket })).status).toBe(204);
  expect([element(await ask(ofBucket), 'Value'), element(await ask(ofObject), 'Value')]).toEqual([undefined, 'object']);
});

it('counts every version of an object, every delete marker and every part in GetBucketStat', async () => {
  await oss.put('a-bucket', 'a', 'hello');
  const versioning = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  await ask({ method: 'PUT', query: { versioning: null } }, versioning);
  await ask({ method: 'PUT', key: 'a' }, 'hello world');
  await ask({ method: 'DELETE', key: 'a' });
  const begun = await ask({
    method: 'POST',
    key: 'b',
    query: { uploads: null },
    headers: { 'x-oss-storage-class': 'IA' },
  });
  const query = { uploadId: element(begun, 'UploadId') ?? '', partNumber: '1' };
  await ask({ method: 'PUT', key: 'b', query }, 'hello');
  const stat = await ask({ query: { stat: null } });
  const said = (...names: readonly string[]) => names.map((name) => Number(element(stat, name)));
  expect(said('Storage', 'ObjectCount', 'StandardObjectCount', 'DeleteMarkerCount')).toEqual([16, 2, 2, 1]);
  expect(said('MultipartPartCount', 'InfrequentAccessMultipartPartStorage')).toEqual([1, 5]);
});
