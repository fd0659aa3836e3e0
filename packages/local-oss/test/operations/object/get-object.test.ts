import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { startLocalOss } from '../../../src/start-local-oss.ts';
import { call, send, sign, type Answer, type Ask } from '../../kit.ts';

let oss: LocalOss;
const at: Ask = { bucket: 'read-bucket', key: 'a.bin', scheme: 'v4-header' };
const CRC = '5981764153023615706';
beforeAll(async () => {
  oss = await startLocalOss({ now: new Date('2026-11-23T12:00:00Z') });
  await oss.put('read-bucket', 'a.bin', 'hello world');
});
afterAll(() => oss.close());

const read = (headers: Record<string, string>, query: Record<string, string> = {}): Promise<Answer> =>
  call(oss, { ...at, headers, query });

it('describes the object whole', async () => {
  expect((await read({})).headers).toMatchObject({
    'content-length': '11',
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag: '"5EB63BBBE01EEED093CB22BB8F5ACDC3"',
    'content-md5': 'XrY7u+Ae7tCTyyK7j1rNww==',
    'last-modified': 'Mon, 23 Nov 2026 12:00:00 GMT',
    'x-oss-hash-crc64ecma': CRC,
    'x-oss-object-type': 'Normal',
    'x-oss-storage-class': 'Standard',
    server: 'AliyunOSS',
  });
});

describe('Range', () => {
  it.each<[string, number, string | undefined, string]>([
    ['bytes=0-4', 206, 'bytes 0-4/11', 'hello'],
    ['bytes=6-', 206, 'bytes 6-10/11', 'world'],
    ['bytes=-5', 206, 'bytes 6-10/11', 'world'],
    ['bytes=0-10', 206, 'bytes 0-10/11', 'hello world'],
    ['bytes=0-11', 200, undefined, 'hello world'],
    ['bytes=11-', 200, undefined, 'hello world'],
    ['bytes=-12', 200, undefined, 'hello world'],
    ['bytes=5-2', 200, undefined, 'hello world'],
    ['byte=0-4', 200, undefined, 'hello world'],
    ['bytes=-', 200, undefined, 'hello world'],
    ['bytes=0-1,4-5', 200, undefined, 'hello world'],
    ['bytes=1-2,', 206, 'bytes 1-2/11', 'el'],
    ['bytes=1-2,x', 206, 'bytes 1-2/11', 'el'],
    ['bytes=x,1-2', 200, undefined, 'hello world'],
  ])('answers %s with %i, the CRC of the whole object on parts too', async (range, status, contentRange, body) => {
    const answer = await read({ range });
    expect([answer.status, answer.headers['content-range'], answer.text]).toEqual([status, contentRange, body]);
    expect(answer.headers['x-oss-hash-crc64ecma']).toBe(CRC);
  });

  it.each<[string, number, string]>([
    ['bytes=0-11', 206, 'bytes 0-10/11'],
    ['bytes=-12', 206, 'bytes 0-10/11'],
    ['bytes=11-', 416, 'bytes */11'],
    ['bytes=0-1,4-5', 416, 'bytes */11'],
  ])('answers %s with %i where standard behaviour is asked for', async (range, status, contentRange) => {
    const answer = await read({ range, 'x-oss-range-behavior': 'standard' });
    expect([answer.status, answer.headers['content-range']]).toEqual([status, contentRange]);
    expect(answer.code).toBe(status === 416 ? 'InvalidRange' : undefined);
  });
});

describe('If-*', () => {
  const [before, same, after] = ['Sun, 22', 'Mon, 23', 'Tue, 24'].map((day) => `${day} Nov 2026 12:00:00 GMT`);
  const etag = '"5EB63BBBE01EEED093CB22BB8F5ACDC3"';
  it.each<[Record<string, string | undefined>, number]>([
    [{ 'if-match': etag }, 200],
    [{ 'if-match': '"other"' }, 412],
    [{ 'if-match': `"other", ${etag}` }, 200],
    [{ 'if-match': '"other", "third"' }, 412],
    [{ 'if-none-match': etag }, 304],
    [{ 'if-none-match': `"other", W/${etag}` }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"other"' }, 200],
    [{ 'if-modified-since': before }, 200],
    [{ 'if-modified-since': same }, 304],
    [{ 'if-unmodified-since': before }, 412],
    [{ 'if-unmodified-since': after }, 200],
    [{ 'if-modified-since': 'yesterday' }, 200],
  ])('answers %j with %i', async (headers, status) => {
    const answer = await read(headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(answer.code).toBe(status === 412 ? 'PreconditionFailed' : undefined);
  });
});

it('takes response-* only where it is signed, and no control characters in it', async () => {
  const signed = await read({}, { 'response-content-disposition': 'attachment; filename="目.txt"' });
  const latin1 = signed.headers['content-disposition'] ?? '';
  expect(Buffer.from(latin1, 'latin1').toString()).toBe('attachment; filename="目.txt"');
  oss.configureObject('read-bucket', 'a.bin', { acl: 'public-read' });
  const path = '/read-bucket/a.bin?response-content-type=text%2Fhtml';
  expect(await send(oss, { method: 'GET', path, headers: {} })).toMatchObject({ status: 400, code: 'InvalidRequest' });
  oss.configureObject('read-bucket', 'a.bin', { acl: 'default' });
  const link = sign(oss, { bucket: 'read-bucket', key: 'a.bin', scheme: 'v1-url' });
  expect((await send(oss, { ...link, path: `${link.path}&response-expires=a%0D%0Ab` })).code).toBe(
    'SignatureDoesNotMatch',
  );
});

it('answers HEAD without a body, and refuses HEAD on a GET link', async () => {
  const head = await call(oss, { ...at, method: 'HEAD' });
  expect([head.status, head.body.length, head.headers['content-length']]).toEqual([200, 0, '11']);
  const link = sign(oss, { bucket: 'read-bucket', key: 'a.bin' });
  const refused = await send(oss, { ...link, method: 'HEAD' });
  expect(refused).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
  expect(refused.headers['x-oss-ec']).toBe('0002-00000201');
});

it('compresses text of at least 1 KB on the fly, without length and entity tag', async () => {
  await oss.put('read-bucket', 'text', 'a'.repeat(1024), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
  const ask = { ...at, key: 'text' };
  const answer = await call(oss, { ...ask, headers: { 'accept-encoding': 'br, gzip;q=1' } });
  expect(answer.headers['content-encoding']).toBe('gzip');
  expect(answer.headers).not.toHaveProperty('content-length');
  expect(answer.headers).not.toHaveProperty('etag');
  expect(gunzipSync(answer.body).toString()).toBe('a'.repeat(1024));
  const weighted = await call(oss, { ...ask, headers: { 'accept-encoding': 'gzip;q=0.5' } });
  expect(weighted.headers['content-encoding']).toBe('gzip');
  const head = await call(oss, { ...ask, method: 'HEAD', headers: { 'accept-encoding': 'gzip' } });
  expect(head.headers).not.toHaveProperty('content-length');
  for (const headers of [
    { 'accept-encoding': 'identity' },
    { 'accept-encoding': 'gzip;q=0' },
    { 'accept-encoding': 'br, gzip; q=0.000' },
    { 'accept-encoding': 'gzip', range: 'bytes=0-9' },
  ]) {
    expect((await call(oss, { ...ask, headers })).headers).toHaveProperty('etag');
  }
  await oss.put('read-bucket', 'text', 'a'.repeat(1023), { headers: { 'content-type': 'text/plain' } });
  expect((await call(oss, { ...ask, headers: { 'accept-encoding': 'gzip' } })).headers).toHaveProperty('etag');
});

it('makes HTML and images downloads on its own domain, and not on a domain of the bucket', async () => {
  const server = await startLocalOss({ cnames: { 'files.example.com': 'read-bucket' } });
  try {
    await server.put('read-bucket', 'a.html', '<p>', { headers: { 'content-type': 'text/html' }, acl: 'public-read' });
    const own = await send(server, { method: 'GET', path: '/read-bucket/a.html', headers: {} });
    expect(own.headers).toMatchObject({ 'content-disposition': 'attachment', 'x-oss-force-download': 'true' });
    const cname = await send(server, { method: 'GET', path: '/a.html', headers: { host: 'files.example.com' } });
    expect(cname.status).toBe(200);
    expect(cname.headers).not.toHaveProperty('content-disposition');
  } finally {
    await server.close();
  }
});

it.each([
  [{ 'x-oss-traffic-limit': '819199' }, {}],
  [{ 'x-oss-traffic-limit': '838860801' }, {}],
  [{ 'x-oss-traffic-limit': 'abc' }, {}],
  [{ 'x-oss-traffic-limit': '819200' }, { 'x-oss-traffic-limit': '819200' }],
])('refuses the traffic limit %j %j', async (headers, query) => {
  expect(await read(headers, query)).toMatchObject({ status: 400, code: 'InvalidArgument', ec: '0004-00000502' });
});

it('serves at a traffic limit in header or query', async () => {
  expect((await read({ 'x-oss-traffic-limit': '838860800' })).text).toBe('hello world');
  expect((await read({}, { 'x-oss-traffic-limit': '838860800' })).text).toBe('hello world');
});
