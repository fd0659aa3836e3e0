import { expect } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { ossTest } from '../../../src/vitest.ts';
import { call, type Answer, type Ask } from '../../kit.ts';

const ask = (oss: LocalOss, extra: Partial<Ask>, body?: Uint8Array | string): Promise<Answer> =>
  call(oss, { bucket: 'part-bucket', key: 'big', scheme: 'v4-header', ...extra }, body);

async function begin(oss: LocalOss): Promise<string> {
  await oss.createBucket('part-bucket');
  const { text } = await ask(oss, { method: 'POST', query: { uploads: null } });
  return /<UploadId>([^<]*)</.exec(text)?.[1] ?? '';
}

const upload = (oss: LocalOss, uploadId: string, partNumber: number, body: Uint8Array): Promise<Answer> =>
  ask(oss, { method: 'PUT', query: { uploadId, partNumber: String(partNumber) } }, body);

const complete = (oss: LocalOss, uploadId: string, parts: readonly (readonly [number, string])[]): Promise<Answer> => {
  const items = parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`);
  const body = `<CompleteMultipartUpload>${items.join('')}</CompleteMultipartUpload>`;
  return ask(oss, { method: 'POST', query: { uploadId } }, body);
};

ossTest('makes one object of its parts', async ({ oss }) => {
  const id = await begin(oss);
  const one = await upload(oss, id, 1, Buffer.alloc(102_400, 'a'));
  const two = await upload(oss, id, 2, Buffer.from('end'));
  expect((await ask(oss, { query: { uploadId: id } })).text).toContain('<PartNumber>2</PartNumber>');
  const parts = [
    [1, String(one.headers['etag'])],
    [2, String(two.headers['etag'])],
  ] as const;
  expect((await complete(oss, id, parts)).status).toBe(200);
  const read = await ask(oss, {});
  expect(read.text).toBe(`${'a'.repeat(102_400)}end`);
  expect(read.headers).toMatchObject({
    'x-oss-object-type': 'Multipart',
    etag: expect.stringMatching(/^"[0-9A-F]{32}-2"$/),
  });
  expect(read.headers).not.toHaveProperty('content-md5');
  expect((await complete(oss, id, parts)).code).toBe('NoSuchUpload');
});

ossTest('refuses parts that are missing, out of order, too small or of another upload', async ({ oss }) => {
  const id = await begin(oss);
  const tag = async (number: number, size: number): Promise<readonly [number, string]> => [
    number,
    String((await upload(oss, id, number, Buffer.alloc(size))).headers['etag']),
  ];
  const [small, big] = [await tag(1, 10), await tag(2, 102_400)];
  expect((await complete(oss, id, [small, big])).code).toBe('EntityTooSmall');
  expect((await complete(oss, id, [big, small])).code).toBe('InvalidPartOrder');
  expect((await complete(oss, id, [[3, '"x"']])).code).toBe('InvalidPart');
  expect((await upload(oss, id, 10_001, Buffer.alloc(1))).code).toBe('InvalidArgument');
  expect((await ask(oss, { method: 'POST', query: { uploadId: id } }, '<Complete')).code).toBe('MalformedXML');
  expect((await ask(oss, { key: 'other', method: 'DELETE', query: { uploadId: id } })).code).toBe('NoSuchUpload');
  expect((await ask(oss, { method: 'DELETE', query: { uploadId: id } })).status).toBe(204);
  expect((await upload(oss, id, 1, Buffer.alloc(1))).code).toBe('NoSuchUpload');
});

ossTest('copies objects, and changes what is said of one by copying it onto itself', async ({ oss }) => {
  await oss.put('part-bucket', 'from', 'hello world', { headers: { 'x-oss-meta-a': '1' } });
  const copy = (key: string, headers: Record<string, string>): Promise<Answer> =>
    ask(oss, { method: 'PUT', key, headers: { 'x-oss-copy-source': '/part-bucket/from', ...headers } });
  expect((await copy('to', {})).text).toContain('<ETag>"5EB63BBBE01EEED093CB22BB8F5ACDC3"</ETag>');
  expect((await ask(oss, { key: 'to' })).headers['x-oss-meta-a']).toBe('1');
  await copy('from', { 'x-oss-metadata-directive': 'REPLACE', 'x-oss-meta-b': '2' });
  expect((await ask(oss, { key: 'from' })).headers).toMatchObject({ 'x-oss-meta-b': '2' });
  expect((await copy('x', { 'x-oss-copy-source': '/part-bucket/none' })).code).toBe('NoSuchKey');
  expect((await copy('x', { 'x-oss-copy-source': 'nothing' })).code).toBe('InvalidArgument');
});
