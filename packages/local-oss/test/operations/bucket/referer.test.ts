import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { startLocalOss } from '../../../src/start-local-oss.ts';
import { call, send, type Scheme } from '../../kit.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss();
  await oss.put('ref-bucket', 'a.txt', 'hello world');
  oss.configureBucket('ref-bucket', { acl: 'public-read' });
});
afterAll(() => oss.close());

const list = (name: string, patterns: readonly string[]): string =>
  `<${name}>${patterns.map((pattern) => `<Referer>${pattern}</Referer>`).join('')}</${name}>`;

interface Rules {
  readonly empty: boolean;
  readonly allowed?: readonly string[];
  readonly denied?: readonly string[];
  readonly more?: string;
}

async function protect({ empty, allowed = [], denied = [], more = '' }: Rules): Promise<void> {
  const body =
    `<RefererConfiguration><AllowEmptyReferer>${empty}</AllowEmptyReferer>${more}${list('RefererList', allowed)}` +
    `${denied.length === 0 ? '' : list('RefererBlacklist', denied)}</RefererConfiguration>`;
  const query = { referer: null };
  const answer = await call(oss, { method: 'PUT', bucket: 'ref-bucket', query, scheme: 'v4-header' }, body);
  expect(answer.status).toBe(200);
}

const from = (referer?: string) =>
  send(oss, { method: 'GET', path: '/ref-bucket/a.txt', headers: referer === undefined ? {} : { referer } });

const SITE = { empty: false, allowed: ['http://www.example.com', 'https://*.example.org/'] };

it.each<[string | undefined, number, string | undefined]>([
  ['http://www.example.com', 200, undefined],
  ['http://www.example.com/page?x=1', 200, undefined],
  // A pattern is a beginning, as the documentation says of it.
  ['http://www.example.com.evil.test/', 200, undefined],
  ['https://a.b.example.org/page', 200, undefined],
  ['https://example.org/', 403, '0003-00000503'],
  ['https://www.example.com', 403, '0003-00000503'],
  ['http://evil.test/?http://www.example.com', 403, '0003-00000503'],
  ['', 403, '0003-00000501'],
  [undefined, 403, '0003-00000501'],
])('lets only listed pages show an object: %s', async (referer, status, ec) => {
  await protect(SITE);
  const answer = await from(referer);
  expect([answer.status, answer.ec]).toEqual([status, ec]);
  if (status === 403) expect(answer.text).toContain('You are denied by bucket referer policy.');
});

it.each<[string, Rules, string | undefined, number, string | undefined]>([
  ['lets requests without a referer in where that is allowed', { ...SITE, empty: true }, undefined, 200, undefined],
  ['checks nothing when no page is listed', { empty: false }, undefined, 200, undefined],
  [
    'lets every page in but those that are denied',
    { empty: true, denied: ['http://*.evil.test'] },
    'http://a.evil.test/x',
    403,
    '0003-00000502',
  ],
  [
    'lets other pages in when only some are denied',
    { empty: true, denied: ['http://*.evil.test'] },
    'http://good.test',
    200,
    undefined,
  ],
  [
    'denies first',
    { ...SITE, denied: ['http://www.example.com/bad'] },
    'http://www.example.com/bad',
    403,
    '0003-00000502',
  ],
  [
    'leaves the query out of the comparison',
    { empty: true, allowed: ['*x=1'] },
    'http://a.test/?x=1',
    403,
    '0003-00000503',
  ],
  [
    'compares the query when the setting says so',
    { empty: true, allowed: ['*x=1'], more: '<AllowTruncateQueryString>false</AllowTruncateQueryString>' },
    'http://a.test/?x=1',
    200,
    undefined,
  ],
  [
    'leaves the path out when the setting says so',
    { empty: true, allowed: ['*/page'], more: '<TruncatePath>true</TruncatePath>' },
    'http://a.test/page',
    403,
    '0003-00000503',
  ],
])('%s', async (_, rules, referer, status, ec) => {
  await protect(rules);
  const answer = await from(referer);
  expect([answer.status, answer.ec]).toEqual([status, ec]);
});

it.each<[Scheme, number]>([
  ['v1-url', 403],
  ['v4-url', 403],
  ['v1-header', 200],
  ['v4-header', 200],
])('checks requests signed by %s as the cloud does: %i', async (scheme, status) => {
  await protect(SITE);
  expect((await call(oss, { bucket: 'ref-bucket', key: 'a.txt', scheme })).status).toBe(status);
});

it('checks the signature first', async () => {
  await protect(SITE);
  const answer = await send(oss, {
    method: 'GET',
    path: '/ref-bucket/a.txt?OSSAccessKeyId=nobody&Expires=9999999999&Signature=x',
    headers: {},
  });
  expect(answer.code).toBe('InvalidAccessKeyId');
});

it('gives back its rules, and lets everybody in before there are any', async () => {
  await oss.createBucket('other-bucket');
  const get = (bucket: string) => call(oss, { bucket, query: { referer: null }, scheme: 'v4-header' });
  expect((await get('other-bucket')).text).toContain('<AllowEmptyReferer>true</AllowEmptyReferer>');
  await protect({ ...SITE, denied: ['http://x'] });
  const { text } = await get('ref-bucket');
  expect(text).toContain('<AllowEmptyReferer>false</AllowEmptyReferer>');
  expect(text).toContain(list('RefererList', SITE.allowed) + list('RefererBlacklist', ['http://x']));
});

it.each([
  '<RefererConfiguration><AllowEmptyReferer>maybe</AllowEmptyReferer><RefererList/></RefererConfiguration>',
  '<RefererConfiguration><AllowEmptyReferer>true</AllowEmptyReferer></RefererConfiguration>',
])('refuses %s', async (body) => {
  const ask = { method: 'PUT', bucket: 'ref-bucket', query: { referer: null }, scheme: 'v4-header' } as const;
  expect((await call(oss, ask, body)).code).toBe('MalformedXML');
});

it('can be set without HTTP', async () => {
  oss.configureBucket('ref-bucket', { referer: { allowEmpty: false, allowed: ['http://own.test'] } });
  expect([(await from('http://own.test/')).status, (await from()).status]).toEqual([200, 403]);
});
