import { verify } from 'node:crypto';
import { globalAgent } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { startLocalOss } from '../../../src/start-local-oss.ts';
import { postForm, signForm } from '../../form-kit.ts';
import { call, send, type Answer, type Ask } from '../../kit.ts';
import { startCallbackServer, type Called, type CallbackServer } from './callback-server.ts';

let oss: LocalOss;
let server: CallbackServer;
let answer: { readonly status?: number; readonly body: string };
beforeEach(async () => {
  answer = { body: '{"a":"b"}' };
  oss = await startLocalOss();
  server = await startCallbackServer(() => answer);
  await oss.createBucket('call-bucket');
});
afterEach(async () => {
  await server.close();
  await oss.close();
});

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
const ask = (extra: Partial<Ask> = {}, body?: string): Promise<Answer> =>
  call(oss, { bucket: 'call-bucket', key: 'dir/a b', scheme: 'v4-header', ...extra }, body);
const put = (fields: object, variables?: object): Promise<Answer> =>
  ask(
    {
      method: 'PUT',
      headers: {
        'content-type': 'text/plain',
        'x-oss-callback': base64(fields),
        ...(variables === undefined ? {} : { 'x-oss-callback-var': base64(variables) }),
      },
    },
    'hello world',
  );
const BODY =
  'bucket=${bucket}&object=${object}&etag=${etag}&size=${size}&type=${mimeType}&w=${imageInfo.width}&my=${x:my_var}&no=${x:none}&c=1';

it('reports what was stored to the named server, and responds with its response', async () => {
  const stored = await put({ callbackUrl: `http://${server.host}/cb?id=1`, callbackBody: BODY }, { 'x:my_var': 'a&b' });
  expect([stored.status, stored.text, stored.headers['content-type']]).toEqual([200, '{"a":"b"}', 'application/json']);
  expect(stored.headers['etag']).toBe('"5EB63BBBE01EEED093CB22BB8F5ACDC3"');
  expect(server.calls).toMatchObject([
    {
      method: 'POST',
      path: '/cb?id=1',
      headers: { host: server.host, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'bucket=call-bucket&object=dir%2Fa%20b&etag=5EB63BBBE01EEED093CB22BB8F5ACDC3&size=11&type=text%2Fplain&w=&my=a%26b&no=&c=1',
    },
  ]);
  expect((await ask()).text).toBe('hello world');
});

it('writes JSON into JSON, and the Host that the callback names', async () => {
  await put(
    {
      callbackUrl: server.host,
      callbackHost: 'app.example.com',
      callbackBody: '{"object":${object},"size":${size},"my":${x:v}}',
      callbackBodyType: 'application/json',
    },
    { 'x:v': 'say "hi"\n' },
  );
  expect(server.calls).toMatchObject([
    { path: '/', headers: { host: 'app.example.com', 'content-type': 'application/json' } },
  ]);
  expect(JSON.parse(server.calls[0]?.body ?? '')).toEqual({ object: 'dir/a b', size: 11, my: 'say "hi"\n' });
});

async function isSigned({ path, headers, body }: Called, changed = body): Promise<boolean> {
  const key = Buffer.from(String(headers['x-oss-pub-key-url']), 'base64').toString();
  expect(key.startsWith(`${oss.endpoint}/`)).toBe(true);
  const pem = await (await fetch(key)).text();
  const [name = '', ...query] = path.split('?');
  const text = `${decodeURIComponent(name)}${query.length === 0 ? '' : `?${query.join('?')}`}\n${changed}`;
  return verify('md5', Buffer.from(text), pem, Buffer.from(String(headers.authorization), 'base64'));
}

it('signs as the cloud does, with a key that it gives out', async () => {
  for (const path of ['', '/a%20b/%E7%9B%AE?x=%20&y', '/cb?']) {
    await put({ callbackUrl: `http://${server.host}${path}`, callbackBody: 'size=${size}' });
    const called = server.calls.at(-1);
    expect(called && (await isSigned(called))).toBe(true);
    expect(called && (await isSigned(called, 'size=12'))).toBe(false);
  }
  // By its other names a bucket may well have such a key.
  await oss.put('call-bucket', 'callback_pub_key_v1.pem', 'mine', { acl: 'public-read' });
  const host = `call-bucket.oss-cn-hangzhou.aliyuncs.com`;
  expect((await send(oss, { method: 'GET', path: '/callback_pub_key_v1.pem', headers: { host } })).text).toBe('mine');
});

it('takes a callback in the query, in a form, and for an upload in parts', async () => {
  const fields = { callbackUrl: server.host, callbackBody: 'k=${object}&v=${x:v}' };
  const query = { callback: base64(fields), 'callback-var': base64({ 'x:v': '1' }) };
  expect((await ask({ method: 'PUT', key: 'url', scheme: 'v1-url', query }, 'x')).text).toBe('{"a":"b"}');
  expect((await ask({ method: 'PUT', key: 'url4', scheme: 'v4-url', query }, 'x')).text).toBe('{"a":"b"}');
  const begun = await ask({ method: 'POST', key: 'parts', query: { uploads: null } });
  const uploadId = /<UploadId>([^<]*)</.exec(begun.text)?.[1] ?? '';
  await ask({ method: 'PUT', key: 'parts', query: { uploadId, partNumber: '1' } }, 'x');
  const headers = { 'x-oss-complete-all': 'yes', 'x-oss-callback': query.callback };
  expect((await ask({ method: 'POST', key: 'parts', query: { uploadId }, headers })).text).toBe('{"a":"b"}');
  const own = { callback: query.callback, 'x:v': '2' };
  const formed = await postForm(oss, 'call-bucket', { fields: { ...signForm(oss, 'v4', { key: 'form' }), ...own } });
  expect([formed.status, formed.text]).toEqual([200, '{"a":"b"}']);
  expect(server.calls.map(({ body }) => body)).toEqual(['k=url&v=1', 'k=url4&v=1', 'k=parts&v=', 'k=form&v=2']);
});

it('calls without the global agent, which may go by a proxy', async () => {
  const createConnection = (): never => {
    throw new Error('by a proxy');
  };
  Object.assign(globalAgent, { createConnection });
  try {
    expect((await put({ callbackUrl: server.host, callbackBody: 'a' })).text).toBe('{"a":"b"}');
  } finally {
    Reflect.deleteProperty(globalAgent, 'createConnection');
  }
});

it.each([
  [{ status: 500, body: '{}' }, 'Error status : 500.', '0007-00000203'],
  [{ status: 204, body: '' }, 'Error status : 204.', '0007-00000203'],
  [{ body: 'ok' }, 'Response body is not valid json format.', '0007-00000205'],
  [{ body: ' '.repeat(1024 * 1024 + 1) }, 'too long content-length', undefined],
])('answers 203 CallbackFailed when the server answers %j, and keeps the object', async (reply, message, ec) => {
  answer = reply;
  const stored = await put({ callbackUrl: server.host, callbackBody: 'a' });
  expect(stored).toMatchObject({ status: 203, code: 'CallbackFailed', ec });
  expect(stored.text).toContain(message);
  expect(stored.headers['etag']).toBe('"5EB63BBBE01EEED093CB22BB8F5ACDC3"');
  expect((await ask()).text).toBe('hello world');
});

it('asks one server after the other until one answers', async () => {
  const failing = await startCallbackServer(() => ({ status: 500, body: '' }));
  const urls = (...hosts: readonly string[]) => ({ callbackUrl: hosts.join(';'), callbackBody: 'a' });
  try {
    expect((await put(urls(failing.host, server.host))).text).toBe('{"a":"b"}');
    expect([failing.calls.length, server.calls.length]).toEqual([1, 1]);
    expect((await put(urls(server.host, failing.host))).text).toBe('{"a":"b"}');
    expect([failing.calls.length, server.calls.length]).toEqual([1, 2]);
  } finally {
    await failing.close();
  }
  // Nobody listens there.
  expect((await put(urls('127.0.0.1:1'))).text).toContain('can not connect to your callbackUrl');
});

it('stores without calling anybody when no URL is given', async () => {
  expect(await put({ callbackUrl: '', callbackBody: 'a' })).toMatchObject({ status: 200, text: '' });
});

it.each([
  'http://example.com/',
  'example.com:80',
  'http://192.168.0.1/',
  'http://169.254.169.254/latest',
  'http://localhost.example.com/',
  'http://127.0.0.1.example.com/',
  'http://0.0.0.0/',
  'http://[::]/',
  'http://[::ffff:10.0.0.1]/',
])('calls no other machine than this, and stores nothing: %s', async (callbackUrl) => {
  expect(await put({ callbackUrl, callbackBody: 'a' })).toMatchObject({ status: 501, code: 'NotImplemented' });
  expect((await ask()).code).toBe('NoSuchKey');
});

it('takes the names of this machine for it, and resolves none of them', async () => {
  const port = server.host.split(':')[1] ?? '';
  for (const name of ['localhost', 'app.localhost', 'LOCALHOST', '127.1', '[::ffff:127.0.0.1]']) {
    expect((await put({ callbackUrl: `http://${name}:${port}`, callbackBody: 'a' })).text).toBe('{"a":"b"}');
  }
});

const good = { callbackUrl: '127.0.0.1', callbackBody: 'a' };
it.each<[string, Record<string, string>, string | undefined]>([
  ['no base64', { 'x-oss-callback': 'x123-*&' }, '0007-00000002'],
  ['no JSON', { 'x-oss-callback': Buffer.from('{').toString('base64') }, '0007-00000002'],
  ['a list', { 'x-oss-callback': base64([]) }, '0007-00000002'],
  ['more than 5 KB', { 'x-oss-callback': base64({ ...good, callbackBody: 'a'.repeat(5000) }) }, '0007-00000001'],
  ['a URL with no port', { 'x-oss-callback': base64({ ...good, callbackUrl: '127.0.0.1:test' }) }, '0007-00000004'],
  ['a URL with a bad path', { 'x-oss-callback': base64({ ...good, callbackUrl: '127.0.0.1/%zz' }) }, '0007-00000004'],
  ['a URL with a password', { 'x-oss-callback': base64({ ...good, callbackUrl: 'a:b@127.0.0.1' }) }, '0007-00000004'],
  ['six URLs', { 'x-oss-callback': base64({ ...good, callbackUrl: '127.0.0.1;'.repeat(6) }) }, '0007-00000005'],
  ['an empty body', { 'x-oss-callback': base64({ ...good, callbackBody: '' }) }, '0007-00000011'],
  ['another type', { 'x-oss-callback': base64({ ...good, callbackBodyType: 'text/plain' }) }, undefined],
  ['an unknown variable', { 'x-oss-callback': base64({ ...good, callbackBody: '${secret}' }) }, undefined],
  ['a line break in Host', { 'x-oss-callback': base64({ ...good, callbackHost: 'a\r\nb: c' }) }, undefined],
  ['a number for text', { 'x-oss-callback': base64({ ...good, callbackBody: 1 }) }, undefined],
  [
    'a variable in capitals',
    { 'x-oss-callback': base64(good), 'x-oss-callback-var': base64({ 'x:A': '1' }) },
    undefined,
  ],
  [
    'a variable with half a character',
    { 'x-oss-callback': base64(good), 'x-oss-callback-var': base64({ 'x:a': '\ud83d' }) },
    undefined,
  ],
  [
    'variables of more than 5 KB',
    { 'x-oss-callback': base64(good), 'x-oss-callback-var': base64({ 'x:a': 'a'.repeat(5000) }) },
    '0007-00000101',
  ],
])('refuses a callback with %s before it stores anything', async (_, headers, ec) => {
  expect(await ask({ method: 'PUT', headers }, 'x')).toMatchObject({ status: 400, code: 'InvalidArgument', ec });
  expect((await ask()).code).toBe('NoSuchKey');
});

it('refuses a callback twice, for other operations, and without a signature', async () => {
  const callback = base64({ callbackUrl: server.host, callbackBody: 'a' });
  const headers = { 'x-oss-callback': callback };
  expect((await ask({ method: 'PUT', headers, query: { callback } }, 'x')).code).toBe('InvalidArgument');
  expect((await ask({ method: 'GET', headers })).code).toBe('NotImplemented');
  expect((await ask({ method: 'POST', query: { append: null, position: '0' }, headers }, 'x')).code).toBe(
    'NotImplemented',
  );
  oss.configureBucket('call-bucket', { acl: 'public-read-write' });
  const anonymous = await send(oss, { method: 'PUT', path: '/call-bucket/a', headers }, 'x');
  expect([anonymous.status, anonymous.code]).toEqual([403, 'AccessDenied']);
  expect(server.calls).toEqual([]);
});
