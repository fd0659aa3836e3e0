import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { startLocalOss } from '../../../src/start-local-oss.ts';
import { call, policy, send, type Answer, type Ask } from '../../kit.ts';

let oss: LocalOss;
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('set-bucket', 'a.txt', 'hello world');
});
afterEach(() => oss.close());

const ask = (options: Ask, body?: string): Promise<Answer> =>
  call(oss, { scheme: 'v4-header', bucket: 'set-bucket', ...options }, body);
const get = (name: string) => ask({ query: { [name]: null } });
const put = (name: string, body: string) => ask({ method: 'PUT', query: { [name]: null } }, body);
const remove = (name: string) => ask({ method: 'DELETE', query: { [name]: null } });

it('puts an ACL that counts from then on', async () => {
  const url = `${oss.endpoint}/set-bucket/a.txt`;
  expect((await fetch(url)).status).toBe(403);
  const acl = (value: string) => ask({ method: 'PUT', query: { acl: null }, headers: { 'x-oss-acl': value } });
  expect((await acl('public-read')).status).toBe(200);
  expect((await fetch(url)).status).toBe(200);
  expect((await get('acl')).text).toContain('<AccessControlList><Grant>public-read</Grant></AccessControlList>');
  expect((await acl('public')).code).toBe('InvalidArgument');
});

it('puts a policy that counts from then on, and gives back its text', async () => {
  const url = `${oss.endpoint}/set-bucket/a.txt`;
  const Statement = {
    Effect: 'Allow',
    Action: 'oss:GetObject',
    Resource: 'acs:oss:*:*:set-bucket/*',
    Principal: ['*'],
  };
  const text = JSON.stringify(policy(Statement), undefined, 2);
  expect(await get('policy')).toMatchObject({ status: 404, code: 'NoSuchBucketPolicy', ec: '0030-00000006' });
  expect((await put('policy', text)).status).toBe(200);
  expect((await fetch(url)).status).toBe(200);
  expect((await get('policy')).text).toBe(text);
  expect((await remove('policy')).status).toBe(204);
  expect((await fetch(url)).status).toBe(403);
  expect((await get('policy')).code).toBe('NoSuchBucketPolicy');
});

it.each(['', '{', '{"Version":1,"Statement":[]}'])('refuses the policy %j and keeps the one before', async (text) => {
  const Statement = { Effect: 'Deny', Action: 'oss:PutObject', Resource: 'acs:oss:*:*:set-bucket/*', Principal: ['*'] };
  await put('policy', JSON.stringify(policy(Statement)));
  expect(await put('policy', text)).toMatchObject({ status: 400, code: 'InvalidPolicyDocument', ec: '0030-00000005' });
  expect((await get('policy')).text).toContain('oss:PutObject');
});

it('takes a policy of 16 KB, and none that is larger', async () => {
  const text = JSON.stringify(policy({ Effect: 'Deny', Action: 'oss:PutObject', Resource: '*', Principal: ['*'] }));
  expect((await put('policy', text.padEnd(16_384))).status).toBe(200);
  const larger = await put('policy', text.padEnd(16_385));
  expect(larger).toMatchObject({ status: 400, code: 'InvalidPolicyDocument', ec: '0030-00000001' });
});

describe('CORS', () => {
  const RULES =
    '<CORSConfiguration><CORSRule><AllowedOrigin>https://a.test</AllowedOrigin><AllowedOrigin>https://*.b.test</AllowedOrigin>' +
    '<AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod><AllowedHeader>*</AllowedHeader>' +
    '<ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule>' +
    '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>HEAD</AllowedMethod></CORSRule>' +
    '<ResponseVary>true</ResponseVary></CORSConfiguration>';
  const preflight = (origin: string, method: string) =>
    send(oss, {
      method: 'OPTIONS',
      path: '/set-bucket/a.txt',
      headers: { origin, 'access-control-request-method': method },
    });

  it('rules are what preflights and answers go by', async () => {
    expect(await get('cors')).toMatchObject({ status: 404, code: 'NoSuchCORSConfiguration', ec: '0034-00000001' });
    expect((await preflight('https://x.b.test', 'PUT')).status).toBe(403);
    expect((await put('cors', RULES)).status).toBe(200);
    expect((await preflight('https://x.b.test', 'PUT')).headers['access-control-max-age']).toBe('60');
    expect((await preflight('https://c.test', 'PUT')).status).toBe(403);
    expect((await preflight('https://c.test', 'HEAD')).status).toBe(200);
    expect((await ask({ key: 'a.txt' })).headers['vary']).toBe('Origin');
    expect((await get('cors')).text).toContain(RULES);
    expect((await remove('cors')).status).toBe(204);
    expect((await preflight('https://x.b.test', 'PUT')).status).toBe(403);
    expect((await get('cors')).code).toBe('NoSuchCORSConfiguration');
  });

  const rule = (inner: string): string => `<CORSConfiguration><CORSRule>${inner}</CORSRule></CORSConfiguration>`;
  const [origin, method] = ['<AllowedOrigin>*</AllowedOrigin>', '<AllowedMethod>GET</AllowedMethod>'];
  it.each([
    ['no rule', '<CORSConfiguration/>', '0034-00000002'],
    ['a method that there is not', rule(`${origin}<AllowedMethod>TEST</AllowedMethod>`), '0034-00000011'],
    ['no origin', rule(method), undefined],
    ['no method', rule(origin), undefined],
    ['two asterisks', rule(`<AllowedOrigin>*.*</AllowedOrigin>${method}`), undefined],
    ['an exposed asterisk', rule(`${origin}${method}<ExposeHeader>*</ExposeHeader>`), undefined],
    ['an age that is none', rule(`${origin}${method}<MaxAgeSeconds>x</MaxAgeSeconds>`), undefined],
    [
      'eleven rules',
      `<CORSConfiguration>${`<CORSRule>${origin}${method}</CORSRule>`.repeat(11)}</CORSConfiguration>`,
      undefined,
    ],
    ['another document', '<Other/>', undefined],
  ])('%s is refused', async (_, body, ec) => {
    expect(await put('cors', body)).toMatchObject({ status: 400, code: 'MalformedXML', ec });
    expect((await get('cors')).status).toBe(404);
  });
});

const LIFECYCLE =
  '<LifecycleConfiguration><Rule><ID>logs</ID><Prefix>logs/</Prefix><Status>Enabled</Status>' +
  '<Expiration><Days>3</Days></Expiration></Rule></LifecycleConfiguration>';
const WEBSITE =
  '<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>';
const LOGGING =
  '<BucketLoggingStatus><LoggingEnabled><TargetBucket>set-bucket</TargetBucket>' +
  '<TargetPrefix>&lt;log&gt;</TargetPrefix></LoggingEnabled></BucketLoggingStatus>';
const TAGGING = '<Tagging><TagSet><Tag><Key>k</Key><Value>目</Value></Tag></TagSet></Tagging>';

describe('settings that are only kept', () => {
  it.each([
    ['lifecycle', LIFECYCLE, [404, 'NoSuchLifecycle']],
    ['website', WEBSITE, [404, 'NoSuchWebsiteConfiguration']],
    ['logging', LOGGING, [200, undefined]],
    ['tagging', TAGGING, [200, undefined]],
  ] as const)('%s is given back as it was put, and can be taken away', async (name, xml, missing) => {
    const before = await get(name);
    expect([before.status, before.code]).toEqual(missing);
    expect((await put(name, `<?xml version="1.0"?>\n${xml.replaceAll('><', '>\n  <')}`)).status).toBe(200);
    expect((await get(name)).text).toBe(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n`);
    expect((await remove(name)).status).toBe(204);
    expect((await get(name)).text.includes('LoggingEnabled')).toBe(false);
    const after = await get(name);
    expect([after.status, after.code]).toEqual(missing);
  });

  it('gives a rule of a life cycle an ID when it has none', async () => {
    await put('lifecycle', LIFECYCLE.replace('<ID>logs</ID>', ''));
    expect((await get('lifecycle')).text).toMatch(/<Rule><ID>[0-9a-f-]{36}<\/ID><Prefix>/);
  });

  it.each([
    ['lifecycle', '<LifecycleConfiguration/>', 'MalformedXML'],
    ['lifecycle', LIFECYCLE.replace('Enabled', 'On'), 'MalformedXML'],
    ['lifecycle', LIFECYCLE.replace('<Days>3', '<Days>0'), 'MalformedXML'],
    ['lifecycle', LIFECYCLE.replace(/<Expiration>.*<\/Expiration>/, ''), 'MalformedXML'],
    ['lifecycle', LIFECYCLE.replace(/(<Rule>.*<\/Rule>)/, '$1$1'), 'MalformedXML'],
    ['website', '<WebsiteConfiguration/>', 'MalformedXML'],
    ['website', WEBSITE.replace('index.html', ''), 'MalformedXML'],
    ['logging', LOGGING.replace('<TargetBucket>set-bucket</TargetBucket>', ''), 'MalformedXML'],
    ['logging', LOGGING.replace('set-bucket', 'no-bucket'), 'InvalidTargetBucketForLogging'],
    ['tagging', '<Tagging><TagSet><Tag><Value>v</Value></Tag></TagSet></Tagging>', 'MalformedXML'],
    ['tagging', WEBSITE, 'MalformedXML'],
    ['website', '<WebsiteConfiguration>', 'MalformedXML'],
  ])('refuses for %s what is none: %s', async (name, xml, code) => {
    const before = (await get(name)).text;
    expect(await put(name, xml)).toMatchObject({ status: 400, code });
    const strip = (text: string): string => text.replace(/<RequestId>.*?<\/RequestId>/, '');
    expect(strip((await get(name)).text)).toBe(strip(before));
  });
});

it('refuses a body whose MD5 is another than it says', async () => {
  const md5 = (text: string): string => createHash('md5').update(text).digest('base64');
  const putWith = (sum: string) =>
    ask({ method: 'PUT', query: { website: null }, headers: { 'content-md5': sum } }, WEBSITE);
  expect((await putWith(md5('other'))).code).toBe('InvalidDigest');
  expect((await putWith(md5(WEBSITE))).status).toBe(200);
});

it.each([
  ...['Acl', 'Cors', 'Referer', 'Policy', 'Logging', 'Website', 'Lifecycle', 'Tagging'].flatMap((name) => [
    ['GET', name.toLowerCase(), `oss:GetBucket${name}`],
    ['PUT', name.toLowerCase(), `oss:PutBucket${name}`],
  ]),
  ...['Cors', 'Policy', 'Logging', 'Website', 'Lifecycle', 'Tagging'].map((name) => [
    'DELETE',
    name.toLowerCase(),
    `oss:DeleteBucket${name}`,
  ]),
  ['GET', 'bucketInfo', 'oss:GetBucketInfo'],
  ['GET', 'stat', 'oss:GetBucketStat'],
  ['GET', 'location', 'oss:GetBucketLocation'],
] as [string, string, string][])('asks for %s of ?%s whether the caller may %s', async (method, name, action) => {
  const Statement = [
    { Effect: 'Allow', Action: 'oss:*', Resource: '*' },
    { Effect: 'Deny', Action: action, Resource: 'acs:oss:*:*:set-bucket' },
  ];
  const credentials = oss.addUser({ name: 'almost', policies: [{ Version: '1', Statement }] });
  const answer = await ask({ method, query: { [name]: null }, credentials });
  expect([answer.status, answer.ec]).toEqual([403, '0003-00000201']);
  expect(answer.text).toContain(`<AuthAction>${action}</AuthAction>`);
});
