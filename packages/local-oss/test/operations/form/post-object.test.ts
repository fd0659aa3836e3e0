import { expect } from 'vitest';
import { ossTest } from '../../../src/vitest.ts';
import { postForm, signForm } from '../../form-kit.ts';
import { call } from '../../kit.ts';

ossTest.for<[string, Record<string, string>]>([
  ['a space in a name', { 'x-oss-meta-a b': 'c' }],
  ['a colon in a name', { 'x-oss-meta-a:b': 'c' }],
  ['a letter that is not ASCII in a name', { 'x-oss-meta-é': 'c' }],
  ['a line end in a value', { 'x-oss-meta-a': 'b\r\nset-cookie: c' }],
  ['a control character in a value', { 'content-type': 'text/\u0001plain' }],
])('refuses %s, which no answer could carry', async ([, fields], { oss }) => {
  await oss.createBucket('form-bucket');
  const answer = await postForm(oss, 'form-bucket', { fields: { ...signForm(oss, 'v4'), ...fields } });
  expect(answer).toMatchObject({ status: 400, code: 'InvalidArgument' });
  expect((await call(oss, { bucket: 'form-bucket', key: 'dir/form.txt' })).status).toBe(404);
});

ossTest('keeps header fields that an answer can carry', async ({ oss }) => {
  await oss.createBucket('form-bucket');
  const fields = { ...signForm(oss, 'v4'), 'x-oss-meta-name': '名' };
  expect((await postForm(oss, 'form-bucket', { fields })).status).toBe(204);
  const { headers } = await call(oss, { bucket: 'form-bucket', key: 'dir/form.txt' });
  expect(Buffer.from(String(headers['x-oss-meta-name']), 'latin1').toString()).toBe('名');
});

ossTest('refuses a traffic limit out of bounds, and a file that must not replace another', async ({ oss }) => {
  await oss.put('form-bucket', 'dir/form.txt', 'old');
  const post = (fields: Record<string, string>) =>
    postForm(oss, 'form-bucket', { fields: { ...signForm(oss, 'v4'), ...fields } });
  expect((await post({ 'x-oss-traffic-limit': '1' })).code).toBe('InvalidArgument');
  expect((await post({ 'x-oss-forbid-overwrite': 'true' })).code).toBe('FileAlreadyExists');
  expect((await call(oss, { bucket: 'form-bucket', key: 'dir/form.txt' })).text).toBe('old');
});

ossTest('names the new object by its URL when it is asked for 201', async ({ oss }) => {
  await oss.createBucket('form-bucket');
  const fields = { ...signForm(oss, 'v4', { key: 'dir/a b.txt' }), success_action_status: '201' };
  const { status, text, headers } = await postForm(oss, 'form-bucket', { fields });
  const url = `${oss.endpoint}/form-bucket/dir/a%20b.txt`;
  const elements = [`<ETag>${headers.etag}</ETag>`, '<Key>dir/a b.txt</Key>', `<Location>${url}</Location>`];
  expect(status).toBe(201);
  expect(text).toContain(`<PostResponse><Bucket>form-bucket</Bucket>${elements.join('')}</PostResponse>`);
});
