import { expect } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { ossTest } from '../../../src/vitest.ts';
import { call, type Answer, type Ask } from '../../kit.ts';

const ask = (oss: LocalOss, extra: Partial<Ask>, body?: string): Promise<Answer> =>
  call(oss, { bucket: 'up-bucket', scheme: 'v4-header', ...extra }, body);
async function begin(oss: LocalOss, key: string): Promise<string> {
  const { text } = await ask(oss, { method: 'POST', key, query: { uploads: null } });
  return /<UploadId>([^<]*)</.exec(text)?.[1] ?? '';
}
const list = (oss: LocalOss, query: Record<string, string> = {}): Promise<Answer> =>
  ask(oss, { query: { uploads: null, ...query } });
const uploads = ({ text }: Answer): readonly string[] =>
  [...text.matchAll(/<Upload><Key>([^<]*)<\/Key><UploadId>([^<]*)</g)].map(([, key, id]) => `${key} ${id}`);
const one = (text: string, name: string): string | undefined => new RegExp(`<${name}>([^<]*)<`).exec(text)?.[1];

ossTest('lists uploads by key and id, page by page, until they are over', async ({ oss }) => {
  await oss.createBucket('up-bucket');
  const begun: string[] = [];
  for (const key of ['b', 'a', 'b', 'c/1', 'c/2']) begun.push(`${key} ${await begin(oss, key)}`);
  const all = await list(oss);
  expect(uploads(all)).toEqual(begun.toSorted());
  expect(one(all.text, 'MaxUploads')).toBe('1000');
  const paged: string[] = [];
  for (let page = await list(oss, { 'max-uploads': '2' }), pages = 0; pages < 9; pages += 1) {
    paged.push(...uploads(page));
    const [key = '', id] = ['NextKeyMarker', 'NextUploadIdMarker'].map((name) => one(page.text, name));
    if (one(page.text, 'IsTruncated') === 'false') break;
    page = await list(oss, { 'max-uploads': '2', 'key-marker': key, 'upload-id-marker': id ?? '' });
  }
  expect(paged).toEqual(begun.toSorted());
  const grouped = await list(oss, { delimiter: '/', prefix: 'c' });
  expect([uploads(grouped), one(grouped.text, 'CommonPrefixes><Prefix')]).toEqual([[], 'c/']);
  const [first = ''] = uploads(all);
  const [key = '', uploadId = ''] = first.split(' ');
  await ask(oss, { method: 'DELETE', key, query: { uploadId } });
  expect(uploads(await list(oss))).not.toContain(first);
  expect((await list(oss, { 'max-uploads': '1001' })).code).toBe('InvalidArgument');
});

ossTest('lists parts page by page, by number', async ({ oss }) => {
  await oss.createBucket('up-bucket');
  const key = 'a b';
  const uploadId = await begin(oss, key);
  for (const partNumber of ['7', '2', '10000'])
    await ask(oss, { method: 'PUT', key, query: { uploadId, partNumber } }, 'x');
  const parts = (query: Record<string, string>): Promise<Answer> => ask(oss, { key, query: { uploadId, ...query } });
  const numbers = ({ text }: Answer) => [...text.matchAll(/<PartNumber>(\d+)</g)].map((match) => match[1]);
  const first = await parts({ 'max-parts': '2', 'encoding-type': 'url' });
  expect(numbers(first)).toEqual(['2', '7']);
  expect(['IsTruncated', 'NextPartNumberMarker', 'Key', 'MaxParts'].map((name) => one(first.text, name))).toEqual([
    'true',
    '7',
    'a%20b',
    '2',
  ]);
  const second = await parts({ 'part-number-marker': '7' });
  expect([numbers(second), one(second.text, 'IsTruncated')]).toEqual([['10000'], 'false']);
  for (const query of [{ 'max-parts': '1001' }, { 'max-parts': '0' }, { 'part-number-marker': 'x' }]) {
    expect((await parts(query as Record<string, string>)).code).toBe('InvalidArgument');
  }
});

ossTest('completes an upload of all its parts on request, and encodes the key', async ({ oss }) => {
  await oss.createBucket('up-bucket');
  const key = 'a b';
  const uploadId = await begin(oss, key);
  const complete = (body?: string): Promise<Answer> =>
    ask(
      oss,
      { method: 'POST', key, query: { uploadId, 'encoding-type': 'url' }, headers: { 'x-oss-complete-all': 'yes' } },
      body,
    );
  await ask(oss, { method: 'PUT', key, query: { uploadId, partNumber: '2' } }, 'end');
  await ask(oss, { method: 'PUT', key, query: { uploadId, partNumber: '1' } }, 'a'.repeat(102_400));
  expect((await complete('<CompleteMultipartUpload/>')).code).toBe('InvalidArgument');
  const { status, text } = await complete();
  expect([status, one(text, 'Key'), one(text, 'EncodingType')]).toEqual([200, 'a%20b', 'url']);
  expect((await ask(oss, { key })).text).toBe(`${'a'.repeat(102_400)}end`);
});

ossTest('makes parts of objects, of ranges of them and of versions', async ({ oss }) => {
  await oss.put('up-bucket', 'source', `${'a'.repeat(102_400)}tail`);
  const uploadId = await begin(oss, 'copy');
  const copy = (partNumber: string, headers: Record<string, string>): Promise<Answer> =>
    ask(oss, { method: 'PUT', key: 'copy', query: { uploadId, partNumber }, headers });
  const source = { 'x-oss-copy-source': '/up-bucket/source' };
  const first = await copy('1', { ...source, 'x-oss-copy-source-range': 'bytes=0-102399' });
  expect(first.text).toMatch(/<CopyPartResult><LastModified>[^<]+<\/LastModified><ETag>"[0-9A-F]{32}"<\/ETag>/);
  await copy('2', { ...source, 'x-oss-copy-source-range': 'bytes=102400-102403' });
  await ask(oss, { method: 'POST', key: 'copy', query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } });
  expect((await ask(oss, { key: 'copy' })).text).toBe(`${'a'.repeat(102_400)}tail`);
  const whole = await begin(oss, 'whole');
  const into = (headers: Record<string, string>): Promise<Answer> =>
    ask(oss, { method: 'PUT', key: 'whole', query: { uploadId: whole, partNumber: '1' }, headers });
  expect((await into({ 'x-oss-copy-source': '/up-bucket/none' })).code).toBe('NoSuchKey');
  expect((await into({ ...source, 'x-oss-copy-source-if-match': '"x"' })).code).toBe('PreconditionFailed');
  expect((await into({ 'x-oss-copy-source': '/up-bucket/source?versionId=null' })).status).toBe(200);
  const parts = await ask(oss, { key: 'whole', query: { uploadId: whole } });
  expect(one(parts.text, 'Size')).toBe('102404');
});
