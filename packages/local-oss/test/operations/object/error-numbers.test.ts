import { expect } from 'vitest';
import { ossTest } from '../../../src/vitest.ts';
import { call, type Ask } from '../../kit.ts';

const ask = { bucket: 'a-bucket', key: 'a', scheme: 'v4-header' } as const;
const copy = { 'x-oss-copy-source': '/a-bucket/source' };

ossTest.for<[string, Partial<Ask>, string]>([
  ['ListParts', { query: { uploadId: 'none' } }, '0042-00000002'],
  ['AbortMultipartUpload', { method: 'DELETE', query: { uploadId: 'none' } }, '0042-00000002'],
  ['UploadPart', { method: 'PUT', query: { uploadId: 'none', partNumber: '1' } }, '0042-00000104'],
  ['UploadPartCopy', { method: 'PUT', query: { uploadId: 'none', partNumber: '1' }, headers: copy }, '0042-00000311'],
])('NoSuchUpload of %s has the number of that operation', async ([, extra, ec], { oss }) => {
  await oss.put('a-bucket', 'source', 'x');
  const answer = await call(oss, { ...ask, ...extra });
  expect(answer).toMatchObject({ status: 404, code: 'NoSuchUpload', ec });
  expect(answer.headers['x-oss-ec']).toBe(ec);
});

ossTest('a refused HEAD carries its code and number in headers', async ({ oss }) => {
  await oss.createBucket('a-bucket');
  const answer = await call(oss, { ...ask, method: 'HEAD', key: 'none' });
  expect(answer).toMatchObject({ status: 404, text: '', code: 'NoSuchKey', ec: '0026-00000001' });
  expect(answer.headers['x-oss-ec']).toBe('0026-00000001');
});

ossTest('a restore has a priority where the class has one, and no other', async ({ oss }) => {
  for (const storageClass of ['Archive', 'ColdArchive', 'DeepColdArchive'] as const) {
    await oss.put('a-bucket', storageClass, 'x', { storageClass });
  }
  const restore = (key: string, tier?: string) => {
    const job = tier === undefined ? '' : `<JobParameters><Tier>${tier}</Tier></JobParameters>`;
    const body = `<RestoreRequest><Days>2</Days>${job}</RestoreRequest>`;
    return call(oss, { ...ask, method: 'POST', key, query: { restore: null } }, body);
  };
  const refused = { status: 400, code: 'MalformedXML', ec: '0016-00000703' };
  expect(await restore('ColdArchive', 'Test')).toMatchObject(refused);
  expect(await restore('DeepColdArchive', 'Bulk')).toMatchObject(refused);
  expect(await restore('Archive', 'Standard')).toMatchObject(refused);
  const priority = 'x-oss-object-restore-priority';
  const done = await restore('ColdArchive', 'Expedited');
  expect([done.status, done.headers[priority]]).toEqual([202, 'Expedited']);
  expect((await restore('DeepColdArchive')).headers[priority]).toBe('Standard');
  expect((await restore('Archive')).headers[priority]).toBeUndefined();
  const state = async () => (await call(oss, { ...ask, method: 'HEAD', key: 'ColdArchive' })).headers['x-oss-restore'];
  expect(await state()).toBe('ongoing-request="true"');
  oss.clock.advance(3_600_000);
  expect(await state()).toContain('ongoing-request="false"');
});
