import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { ossTest } from '../../../src/vitest.ts';
import { call, type Answer, type Ask } from '../../kit.ts';

const ask = (oss: LocalOss, extra: Partial<Ask>, body?: Uint8Array | string): Promise<Answer> =>
  call(oss, { bucket: 'up-bucket', key: 'a', scheme: 'v4-header', ...extra }, body);
// 8,192 bytes in 80 ms: the slowest rate there is.
const SLOWEST = { 'x-oss-traffic-limit': '819200' };
const TOO_SLOW = { 'x-oss-traffic-limit': '1' };

ossTest('refuses a traffic limit out of bounds, whatever it is asked for', async ({ oss }) => {
  await oss.put('up-bucket', 'a', 'old');
  const begun = await ask(oss, { method: 'POST', query: { uploads: null } });
  const uploadId = /<UploadId>([^<]*)</.exec(begun.text)?.[1] ?? '';
  for (const extra of [
    {},
    { method: 'PUT' },
    { method: 'PUT', query: { uploadId, partNumber: '1' } },
    { method: 'PUT', key: 'b', headers: { 'x-oss-copy-source': '/up-bucket/a' } },
  ]) {
    const answer = await ask(oss, { ...extra, headers: { ...extra.headers, ...TOO_SLOW } });
    expect(answer).toMatchObject({ status: 400, code: 'InvalidArgument', ec: '0004-00000502' });
  }
  expect((await ask(oss, {})).text).toBe('old');
});

ossTest('holds an upload, a part and a compressed download to the traffic limit', async ({ oss }) => {
  await oss.createBucket('up-bucket');
  const text = randomBytes(12_000).toString('base64');
  const begun = await ask(oss, { method: 'POST', query: { uploads: null } });
  const uploadId = /<UploadId>([^<]*)</.exec(begun.text)?.[1] ?? '';
  const timed = async (extra: Partial<Ask>, body?: string): Promise<number> => {
    const start = performance.now();
    expect((await ask(oss, { ...extra, headers: { ...extra.headers, ...SLOWEST } }, body)).status).toBe(200);
    return performance.now() - start;
  };
  const plain = { 'content-type': 'text/plain' };
  expect(await timed({ method: 'PUT', headers: plain }, text)).toBeGreaterThan(140);
  expect(await timed({ method: 'PUT', query: { uploadId, partNumber: '1' } }, text)).toBeGreaterThan(140);
  expect(await timed({ headers: { 'accept-encoding': 'gzip' } })).toBeGreaterThan(90);
});

ossTest('delivers the refusal of a limited upload that is refused half way', async ({ oss }) => {
  await oss.createBucket('up-bucket');
  const headers = { ...SLOWEST, 'content-md5': 'XrY7u+Ae7tCTyyK7j1rNwx==' };
  expect((await ask(oss, { method: 'PUT', headers }, 'hello world')).code).toBe('InvalidDigest');
});

ossTest('takes 8 KB of user metadata and no more, by names of letters, digits and hyphens', async ({ oss }) => {
  await oss.createBucket('up-bucket');
  const name = 'x-oss-meta-a';
  const put = (headers: Record<string, string>): Promise<Answer> => ask(oss, { method: 'PUT', headers }, 'x');
  expect((await put({ [name]: 'v'.repeat(8192 - name.length) })).status).toBe(200);
  expect((await ask(oss, {})).headers[name]).toHaveLength(8192 - name.length);
  const tooMuch = { status: 400, code: 'InvalidArgument', ec: '0011-00000002' };
  expect(await put({ [name]: 'v'.repeat(8193 - name.length) })).toMatchObject(tooMuch);
  expect(await put({ [name]: 'v'.repeat(4096), 'x-oss-meta-b': 'v'.repeat(4096) })).toMatchObject(tooMuch);
  for (const other of ['x-oss-meta-a_b', 'x-oss-meta-a.b']) {
    expect(await put({ [other]: '1' })).toMatchObject({ code: 'InvalidArgument', ec: '0011-00000004' });
  }
});

ossTest('copies a symlink as a symlink', async ({ oss }) => {
  await oss.put('up-bucket', 'target', 'hello world');
  await ask(oss, {
    method: 'PUT',
    key: 'link',
    query: { symlink: null },
    headers: { 'x-oss-symlink-target': 'target' },
  });
  await ask(oss, { method: 'PUT', key: 'copy', headers: { 'x-oss-copy-source': '/up-bucket/link' } });
  const copy = await ask(oss, { key: 'copy' });
  expect([copy.text, copy.headers['x-oss-object-type']]).toEqual(['hello world', 'Symlink']);
  expect((await ask(oss, { key: 'copy', query: { symlink: null } })).headers['x-oss-symlink-target']).toBe('target');
});

ossTest('refuses every document whose Content-MD5 is another', async ({ oss }) => {
  await oss.put('up-bucket', 'a', 'old', { storageClass: 'Archive' });
  const begun = await ask(oss, { method: 'POST', query: { uploads: null } });
  const uploadId = /<UploadId>([^<]*)</.exec(begun.text)?.[1] ?? '';
  const bucketAsk = { bucket: 'up-bucket', method: 'PUT', query: { versioning: null }, scheme: 'v4-header' } as const;
  const headers = { 'content-md5': 'XrY7u+Ae7tCTyyK7j1rNwx==' };
  const answers = [
    await ask(oss, { method: 'PUT', query: { tagging: null }, headers }, '<Tagging><TagSet/></Tagging>'),
    await ask(oss, { method: 'POST', query: { restore: null }, headers }, '<RestoreRequest/>'),
    await ask(oss, { method: 'POST', query: { uploadId }, headers }, '<CompleteMultipartUpload/>'),
    await call(oss, { ...bucketAsk, headers }, '<VersioningConfiguration/>'),
  ];
  expect(answers.map(({ code }) => code)).toEqual(Array.from(answers, () => 'InvalidDigest'));
});
