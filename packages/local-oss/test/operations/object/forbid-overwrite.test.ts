import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { expect, vi } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { ossTest } from '../../../src/vitest.ts';
import { beginUpload, call, type Answer, type Ask, PATIENT } from '../../kit.ts';

const FORBID = { 'x-oss-forbid-overwrite': 'true' };
const ask = (oss: LocalOss, extra: Partial<Ask>, body?: string): Promise<Answer> =>
  call(oss, { bucket: 'once-bucket', key: 'a', scheme: 'v4-header', ...extra }, body);

ossTest.for<[string, Partial<Ask>]>([
  ['an upload', { headers: FORBID }],
  ['a copy', { headers: { ...FORBID, 'x-oss-copy-source': '/once-bucket/from' } }],
  ['a symlink', { query: { symlink: null }, headers: { ...FORBID, 'x-oss-symlink-target': 'from' } }],
])('keeps %s from replacing an object when the request forbids it', async ([, extra], { oss }) => {
  await oss.put('once-bucket', 'from', 'new');
  await oss.put('once-bucket', 'a', 'old');
  expect(await ask(oss, { method: 'PUT', ...extra })).toMatchObject({ status: 409, code: 'FileAlreadyExists' });
  expect((await ask(oss, {})).text).toBe('old');
  expect((await ask(oss, { method: 'PUT', ...extra, key: 'b' })).status).toBe(200);
});

ossTest('keeps a multipart upload from replacing an object that came first', async ({ oss }) => {
  await oss.createBucket('once-bucket');
  const complete = async (headers: {
    readonly begin?: typeof FORBID;
    readonly end?: typeof FORBID;
  }): Promise<Answer> => {
    const begun = await ask(oss, { method: 'POST', query: { uploads: null }, headers: headers.begin ?? {} });
    const uploadId = /<UploadId>([^<]*)</.exec(begun.text)?.[1] ?? '';
    const part = await ask(oss, { method: 'PUT', query: { uploadId, partNumber: '1' } }, 'new');
    await oss.put('once-bucket', 'a', 'old');
    const etag = String(part.headers['etag']);
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
    return ask(oss, { method: 'POST', query: { uploadId }, headers: headers.end ?? {} }, body);
  };
  expect((await complete({ begin: FORBID })).code).toBe('FileAlreadyExists');
  expect((await complete({ end: FORBID })).code).toBe('FileAlreadyExists');
  expect((await ask(oss, {})).text).toBe('old');
  expect((await complete({})).status).toBe(200);
});

ossTest('lets one of two uploads win that arrive together', async ({ oss }) => {
  await oss.createBucket('once-bucket');
  const uploads = ['1', '2'].map(() => beginUpload(oss, { bucket: 'once-bucket', key: 'a', headers: FORBID }, 2));
  const answers = uploads.map(async (upload) => {
    const [response] = (await once(upload, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  });
  // Both have passed the first look at the key by the time that a third request is answered.
  await vi.waitFor(() => expect(uploads.every((upload) => upload.socket?.bytesWritten)).toBe(true), PATIENT);
  expect((await ask(oss, {})).status).toBe(404);
  for (const upload of uploads) upload.end('y');
  expect(await Promise.all(answers)).toEqual(expect.arrayContaining([200, 409]));
});
