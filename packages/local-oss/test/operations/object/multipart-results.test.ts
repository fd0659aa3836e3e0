import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { ossTest } from '../../../src/vitest.ts';
import { call, type Answer, type Ask } from '../../kit.ts';

const ask = (oss: LocalOss, extra: Partial<Ask>, body?: Uint8Array | string): Promise<Answer> =>
  call(oss, { bucket: 'part-bucket', key: 'big', scheme: 'v4-header', ...extra }, body);

async function begin(oss: LocalOss, query: Ask['query'] = {}, headers: Record<string, string> = {}): Promise<string> {
  await oss.createBucket('part-bucket');
  const { text } = await ask(oss, { method: 'POST', query: { uploads: null, ...query }, headers });
  return one(text, 'UploadId') ?? '';
}

const one = (text: string, name: string): string | undefined => new RegExp(`<${name}>([^<]*)<`).exec(text)?.[1];
const md5 = (text: string | Buffer): Buffer => createHash('md5').update(text).digest();

ossTest('the entity tag of an upload in parts is the MD5 of the bare MD5s of its parts', async ({ oss }) => {
  const uploadId = await begin(oss);
  const bodies = [Buffer.alloc(102_400, 'a'), Buffer.from('end')];
  for (const [index, body] of bodies.entries()) {
    const part = await ask(oss, { method: 'PUT', query: { uploadId, partNumber: String(index + 1) } }, body);
    expect(part.headers['content-md5']).toBe(md5(body).toString('base64'));
  }
  const headers = { 'x-oss-complete-all': 'yes', 'x-oss-object-acl': 'public-read' };
  const completed = await ask(oss, { method: 'POST', query: { uploadId }, headers });
  const joined = bodies.map((body) => md5(body).toString('hex').toUpperCase()).join('');
  expect(completed.headers['etag']).toBe(`"${md5(joined).toString('hex').toUpperCase()}-2"`);
  expect(one((await ask(oss, { query: { acl: null } })).text, 'Grant')).toBe('public-read');
});

ossTest(
  'completes an upload with an empty list of parts as an empty object, and none without a list',
  async ({ oss }) => {
    const uploadId = await begin(oss);
    const complete = (body: string) => ask(oss, { method: 'POST', query: { uploadId } }, body);
    expect(await complete('')).toMatchObject({ status: 400, code: 'MalformedXML', ec: '0042-00000205' });
    expect((await complete('<CompleteMultipartUpload/>')).status).toBe(200);
    expect((await ask(oss, { method: 'HEAD' })).headers['content-length']).toBe('0');
  },
);

ossTest('the steps of an upload in parts ignore parameters that do not apply to them', async ({ oss }) => {
  const stray = { callback: 'e30=', versionId: 'null', 'x-oss-traffic-limit': '819200' };
  const uploadId = await begin(oss, stray);
  const part = await ask(oss, { method: 'PUT', query: { uploadId, partNumber: '1', ...stray } }, 'x');
  expect(part.status).toBe(200);
});

ossTest('listings of uploads and parts have their next markers on every page', async ({ oss }) => {
  const markers = async (query: Ask['query'], key?: string): Promise<unknown[]> => {
    const { text } = await ask(oss, { key: key as string, query: query ?? {} });
    return ['NextKeyMarker', 'NextUploadIdMarker', 'NextPartNumberMarker'].map((name) => one(text, name));
  };
  const uploadId = await begin(oss, {}, { 'x-oss-storage-class': 'IA' });
  const listUploads = async (prefix: string): Promise<Answer> =>
    call(oss, { bucket: 'part-bucket', query: { uploads: null, prefix }, scheme: 'v4-header' });
  const [all, none] = [(await listUploads('')).text, (await listUploads('none')).text];
  expect([one(all, 'NextKeyMarker'), one(all, 'NextUploadIdMarker'), one(all, 'StorageClass')]).toEqual([
    'big',
    uploadId,
    'IA',
  ]);
  expect([one(none, 'NextKeyMarker'), one(none, 'NextUploadIdMarker')]).toEqual(['', '']);
  expect((await markers({ uploadId }, 'big'))[2]).toBe('0');
  await ask(oss, { method: 'PUT', query: { uploadId, partNumber: '3' } }, 'x');
  const parts = await ask(oss, { query: { uploadId } });
  expect([one(parts.text, 'NextPartNumberMarker'), one(parts.text, 'StorageClass')]).toEqual(['3', 'IA']);
});

ossTest('times in XML are whole seconds, whatever the clock says', async ({ oss }) => {
  oss.clock.advance(123);
  const uploadId = await begin(oss);
  await ask(oss, { method: 'PUT', query: { uploadId, partNumber: '1' } }, 'x');
  await oss.put('part-bucket', 'a', 'x');
  const copy = { 'x-oss-copy-source': '/part-bucket/a' };
  const texts = [
    await call(oss, { scheme: 'v4-header' }),
    await call(oss, { bucket: 'part-bucket', scheme: 'v4-header' }),
    await call(oss, { bucket: 'part-bucket', query: { 'list-type': '2' }, scheme: 'v4-header' }),
    await call(oss, { bucket: 'part-bucket', query: { versions: null }, scheme: 'v4-header' }),
    await call(oss, { bucket: 'part-bucket', query: { uploads: null }, scheme: 'v4-header' }),
    await call(oss, { bucket: 'part-bucket', query: { bucketInfo: null }, scheme: 'v4-header' }),
    await ask(oss, { query: { uploadId } }),
    await ask(oss, { method: 'PUT', key: 'b', headers: copy }),
    await ask(oss, { method: 'PUT', query: { uploadId, partNumber: '2' }, headers: copy }),
    await call(oss, {
      bucket: 'part-bucket',
      key: 'a',
      expiresInSeconds: 1,
      date: new Date(oss.clock.now().getTime() - 60_000),
    }),
  ].map(({ text }) => text);
  for (const text of texts) {
    const times = text.match(/\d{4}-\d\d-\d\dT[^<]*/g) ?? [];
    expect(times.length, text).toBeGreaterThan(0);
    for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  }
});
