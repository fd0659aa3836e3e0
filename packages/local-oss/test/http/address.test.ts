import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Address, findAddress } from '../../src/http/address.ts';
import type { RawRequest } from '../../src/http/raw-request.ts';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { call, send, sign } from '../kit.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss({ cnames: { 'Files.example.com': 'my-bucket' } });
  await oss.put('my-bucket', 'dir/a b+c.txt', 'hello world');
});
afterAll(() => oss.close());

// The signature holds the bucket whatever the host: one signed request serves for every spelling.
const query = (): string => sign(oss, { bucket: 'my-bucket', key: 'dir/a b+c.txt' }).path.replace(/^[^?]*/, '');

it.each([
  ['127.0.0.1', '/my-bucket/dir/a%20b%2Bc.txt'],
  ['127.0.0.1', '/my-bucket%2Fdir%2Fa%20b%2Bc.txt'],
  ['localhost', '/my-bucket/dir%2Fa%20b%2bc.txt'],
  ['oss-cn-hangzhou.localhost', '/my-bucket/dir/a%20b%2Bc.txt'],
  ['oss.localhost', '/my-bucket/dir/a+b%2Bc.txt'],
  ['my-bucket.localhost', '/dir/a%20b%2Bc.txt'],
  ['my-bucket.oss-cn-hangzhou.localhost', '/dir/a%20b%2Bc.txt'],
  ['my-bucket.oss-cn-hangzhou.aliyuncs.com', '/dir/a%20b%2Bc.txt'],
  ['my-bucket.oss-cn-hangzhou-internal.aliyuncs.com', '/dir/a%20b%2Bc.txt'],
  ['my-bucket.oss-accelerate.aliyuncs.com', '/dir/a%20b%2Bc.txt'],
  ['my-bucket.oss-accelerate-overseas.aliyuncs.com', '/dir/a%20b%2Bc.txt'],
  ['my-bucket.cn-hangzhou.oss.aliyuncs.com', '/dir%2Fa%20b%2Bc.txt'],
  ['files.example.com', '/dir/a%20b%2Bc.txt'],
  ['FILES.example.com:8080', '/dir/a%20b%2Bc.txt'],
])('finds the object for Host %s and path %s', async (host, path) => {
  const answer = await send(oss, { method: 'GET', path: path + query(), headers: { host } });
  expect(answer.text).toBe('hello world');
});

it('reads + in a path as a space, so that a link with a raw + is another object', async () => {
  const raw = await send(oss, { method: 'GET', path: `/my-bucket/dir/a%20b+c.txt${query()}`, headers: {} });
  expect(raw).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
  await oss.put('my-bucket', 'a b', 'with a space');
  await oss.put('my-bucket', 'a+b', 'with a plus');
  const copied = async (source: string): Promise<string> => {
    const headers = { 'x-oss-copy-source': source };
    const ask = { method: 'PUT', bucket: 'my-bucket', key: 'copy', headers, scheme: 'v4-header' } as const;
    expect((await call(oss, ask)).status).toBe(200);
    return (await call(oss, { bucket: 'my-bucket', key: 'copy' })).text;
  };
  expect(await copied('/my-bucket/a+b')).toBe('with a space');
  expect(await copied('/my-bucket/a%2Bb')).toBe('with a plus');
});

it.each(['my-bucket.oss-cn-hangzhou.aliyuncs.com', 'MY-BUCKET.oss-cn-hangzhou.localhost:80'])(
  'is a proxy to http://%s, whatever Host says',
  async (authority) => {
    const path = `http://${authority}/dir/a%20b%2Bc.txt${query()}`;
    const answer = await send(oss, { method: 'GET', path, headers: { host: 'other.oss-cn-hangzhou.aliyuncs.com' } });
    expect(answer.text).toBe('hello world');
  },
);

it('holds a link that is bound to a host to where it goes, not to what Host says', async () => {
  const host = 'my-bucket.oss-cn-hangzhou.aliyuncs.com';
  const ask = { bucket: 'my-bucket', key: 'dir/a b+c.txt', headers: { host }, additionalHeaders: ['host'] };
  const bound = `/dir/a%20b%2Bc.txt${sign(oss, ask).path.replace(/^[^?]*/, '')}`;
  const get = (authority: string, header: string) =>
    send(oss, { method: 'GET', path: `http://${authority}${bound}`, headers: { host: header } });
  expect((await get(host, 'files.example.com')).text).toBe('hello world');
  expect(await get('files.example.com', host)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
});

it('lists as a proxy a bucket whose target has no path', async () => {
  const listing = sign(oss, { bucket: 'my-bucket', query: { prefix: 'dir/' } }).path.replace(/^[^?]*/, '');
  const path = `http://my-bucket.oss-cn-hangzhou.aliyuncs.com${listing}`;
  expect((await send(oss, { method: 'GET', path, headers: {} })).text).toContain('<Key>dir/a b+c.txt</Key>');
});

it('refuses path style on the real names, and the names of another region', async () => {
  const second = { host: 'oss-cn-hangzhou.aliyuncs.com' };
  const path = `/my-bucket/dir/a${query()}`;
  expect((await send(oss, { method: 'GET', path, headers: second })).code).toBe('SecondLevelDomainForbidden');
  const other = { host: 'my-bucket.oss-cn-beijing.aliyuncs.com' };
  const answer = await send(oss, { method: 'GET', path: `/a${query()}`, headers: other });
  expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect(answer.text).toContain('<Endpoint>oss-cn-hangzhou.aliyuncs.com</Endpoint>');
});

it('takes a call for OSS, not STS, when its host names a bucket', async () => {
  const host = 'my-bucket.oss-cn-hangzhou.aliyuncs.com';
  const listing = sign(oss, { bucket: 'my-bucket', query: { Action: 'x' } }).path.replace('/my-bucket/', '/');
  const answer = await send(oss, { method: 'GET', path: listing, headers: { host } });
  expect(answer.text).toContain('<ListBucketResult>');
  const form = { host, 'content-type': 'application/x-www-form-urlencoded' };
  expect((await send(oss, { method: 'POST', path: '/', headers: form }, 'a=b')).text).toContain('POST of a bucket');
  for (const stsHost of ['sts.aliyuncs.com', 'sts.localhost', 'localhost', '127.0.0.1']) {
    const sts = await send(oss, { method: 'GET', path: '/?Action=x', headers: { host: stsHost } });
    expect(sts.code).toBe('InvalidVersion');
  }
});

it('refuses a host name that is not its own, so that no page can reach it by DNS rebinding', async () => {
  const named = await startLocalOss({ hosts: ['Oss.Internal'] });
  try {
    await named.put('my-bucket', 'a', 'hello world');
    named.configureBucket('my-bucket', { acl: 'public-read' });
    const get = (host: string) => send(named, { method: 'GET', path: '/my-bucket/a', headers: { host } });
    for (const host of ['evil.example', 'my-bucket.evil.example:80', 'localhost.evil.example', 'xaliyuncs.com']) {
      expect(await get(host)).toMatchObject({ status: 403, code: 'AccessDenied' });
    }
    expect(named.journal.entries().at(-1)?.decision?.join()).toContain('xaliyuncs.com');
    for (const host of ['oss.internal:8080', '127.0.0.1', '[::1]:80', 'localhost', '10.0.0.1']) {
      expect((await get(host)).text).toBe('hello world');
    }
  } finally {
    await named.close();
  }
});

it('keeps dot segments, double slashes, CJK and emoji in keys', async () => {
  for (const key of ['a/../b', 'a//b', '目录/文件', 'e/😀?x#y', 'per%2Fcent', '__proto__', 'constructor']) {
    await oss.put('my-bucket', key, key);
    expect((await send(oss, sign(oss, { bucket: 'my-bucket', key }))).text).toBe(key);
  }
});

const at = (hostname: string, region: string): Address =>
  findAddress({ path: '/a.txt', hostname } as RawRequest, { region, cnames: new Map(), hosts: new Set() });

it.each([
  ['my-bucket.oss-cn-szfinance.aliyuncs.com', 'cn-shenzhen-finance-1'],
  ['my-bucket.oss-cn-shanghai-finance-1-pub.aliyuncs.com', 'cn-shanghai-finance-1'],
  ['my-bucket.cn-shanghai-finance.oss.aliyuncs.com', 'cn-shanghai-finance-1'],
  ['my-bucket.oss.aliyuncs.com', 'cn-hangzhou'],
  ['my-bucket.vpc100-oss-cn-beijing.aliyuncs.com', 'cn-beijing'],
  ['my-bucket.cb-f8z7yvzgwfkl9q0h.cn-hangzhou.oss-cloudbox.aliyuncs.com', 'cn-hangzhou'],
])('reads %s as the signers do: a host of %s', (hostname, region) => {
  expect(at(hostname, region)).toMatchObject({ bucket: 'my-bucket', key: 'a.txt' });
  if (!hostname.includes('cloudbox')) expect(() => at(hostname, 'eu-central-1')).toThrow(/specified endpoint/);
});
