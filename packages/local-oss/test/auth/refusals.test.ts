import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { assume, call, send, sign, type Answer, type Ask } from '../kit.ts';

let oss: LocalOss;
const seen = new Set<string>();
beforeAll(async () => {
  oss = await startLocalOss({ now: new Date('2026-11-23T12:34:56Z') });
  await oss.put('refusal-bucket', 'a.txt', 'hello world');
});
afterAll(async () => {
  console.log(`refusals: ${seen.size} different codes and EC numbers by real requests`);
  await oss.close();
});

const at = { bucket: 'refusal-bucket', key: 'a.txt' };

function expectRefusal(answer: Answer, status: number, code: string, ec: string | undefined): void {
  expect([answer.status, answer.code, answer.ec]).toEqual([status, code, ec]);
  expect(answer.headers['x-oss-request-id']).toMatch(/^[0-9A-F]{24}$/);
  expect(answer.headers['x-oss-ec']).toBe(ec);
  expect(answer.text).toContain(`<RequestId>${String(answer.headers['x-oss-request-id'])}</RequestId>`);
  expect(answer.text).toContain('<HostId>127.0.0.1:');
  seen.add(`${code} ${ec}`);
}

const DATE = 'Mon, 23 Nov 2026 12:34:56 GMT';
const V4 = 'OSS4-HMAC-SHA256 ';
const SCOPE = '20261123/cn-hangzhou/oss/aliyun_v4_request';
const SHA = { 'x-oss-content-sha256': 'UNSIGNED-PAYLOAD', 'x-oss-date': '20261123T123456Z' };

it.each<[string, Record<string, string>, number, string, string]>([
  ['Basic abc', {}, 400, 'InvalidArgument', '0002-00000061'],
  ['OSS nocolon', { date: DATE }, 400, 'InvalidArgument', '0002-00000062'],
  ['OSS :sig', { date: DATE }, 400, 'InvalidArgument', '0002-00000063'],
  ['OSS a\tb:sig', { date: DATE }, 400, 'InvalidArgument', '0002-00000064'],
  ['OSS id:', { date: DATE }, 400, 'InvalidArgument', '0002-00000065'],
  ['OSS id:sig', {}, 403, 'AccessDenied', '0002-00000503'],
  ['OSS id:sig', { date: 'yesterday' }, 403, 'AccessDenied', '0002-00000502'],
  ['OSS id:sig', { date: 'Mon, 23 Nov 2026 12:19:55 GMT' }, 403, 'RequestTimeTooSkewed', '0002-00000504'],
  ['OSS id:sig', { date: 'Mon, 23 Nov 2026 12:49:58 GMT' }, 403, 'RequestTimeTooSkewed', '0002-00000504'],
  ['OSS nobody:sig', { date: DATE }, 403, 'InvalidAccessKeyId', '0002-00000902'],
  ['OSS STS.nobody:sig', { date: DATE, 'x-oss-security-token': 'x' }, 403, 'InvalidAccessKeyId', '0002-00000002'],
  ['OSS2 AccessKeyId:a,Signature:b', {}, 400, 'InvalidArgument', '0002-00000031'],
  ['AWS a:b', {}, 400, 'InvalidArgument', '0002-00000032'],
  ['AWS4-HMAC-SHA256 Credential=a', {}, 400, 'InvalidArgument', '0002-00000033'],
  [`${V4}Credential=a,Signature=b,AdditionalHeaders=c,Four=d`, {}, 400, 'InvalidArgument', '0002-00000202'],
  [`${V4}Credentiala,Signature=b`, {}, 400, 'InvalidArgument', '0002-00000203'],
  [`${V4}Credential=a,Unknown=b`, {}, 400, 'InvalidArgument', '0002-00000204'],
  [`${V4}Credential=a,Credential=b`, {}, 400, 'InvalidArgument', '0002-00000204'],
  [`${V4}Signature=a`, {}, 400, 'InvalidArgument', '0002-00000205'],
  [`${V4}Credential=a b/${SCOPE},Signature=a`, {}, 400, 'InvalidArgument', '0002-00000206'],
  [`${V4}Credential=a/${SCOPE}`, {}, 400, 'InvalidArgument', '0002-00000207'],
  [`${V4}Credential=a/${SCOPE},Signature=`, {}, 400, 'InvalidArgument', '0002-00000208'],
  [`${V4}Credential=a/${SCOPE},AdditionalHeaders=,Signature=s`, {}, 400, 'InvalidArgument', '0002-00000209'],
  [`${V4}Credential=a/${SCOPE},AdditionalHeaders=host;,Signature=s`, {}, 400, 'InvalidArgument', '0002-00000210'],
  [`${V4}Credential=a/${SCOPE},AdditionalHeaders=range,Signature=s`, {}, 400, 'InvalidArgument', '0002-00000211'],
  [
    `${V4}Credential=a/${SCOPE},AdditionalHeaders=a_b,Signature=s`,
    { a_b: '1' },
    400,
    'InvalidArgument',
    '0002-00000211',
  ],
  [
    `${V4}Credential=a/2026-11-23/cn-hangzhou/oss/aliyun_v4_request,Signature=s`,
    {},
    400,
    'InvalidArgument',
    '0002-00000212',
  ],
  [`${V4}Credential=a/20261123/cn-hangzhou/oss/abc,Signature=s`, {}, 400, 'InvalidArgument', '0002-00000213'],
  [
    `${V4}Credential=a/${SCOPE},Signature=s`,
    { ...SHA, 'x-oss-content-sha256': 'e3b0' },
    400,
    'InvalidArgument',
    '0002-00000214',
  ],
  [
    `${V4}Credential=a/20261123/oss-cn-hangzhou/oss/aliyun_v4_request,Signature=s`,
    SHA,
    400,
    'InvalidArgument',
    '0002-00000226',
  ],
  [
    `${V4}Credential=a/20261123/cn-hangzhou/s3/aliyun_v4_request,Signature=s`,
    SHA,
    400,
    'InvalidArgument',
    '0002-00000227',
  ],
  [
    `${V4}Credential=a/20261122/cn-hangzhou/oss/aliyun_v4_request,Signature=s`,
    SHA,
    400,
    'InvalidArgument',
    '0002-00000234',
  ],
])('answers Authorization "%s" %j with %i %s %s', async (authorization, headers, status, code, ec) => {
  const wire = { method: 'GET', path: '/refusal-bucket/a.txt', headers: { authorization, ...headers } };
  expectRefusal(await send(oss, wire), status, code, ec);
});

const V4_QUERY = `x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=a%2F${SCOPE.replaceAll('/', '%2F')}`;
const V4_DATE = 'x-oss-date=20261123T123456Z';

it.each<[string, number, string, string]>([
  ['x-oss-signature-version=ABC', 400, 'InvalidArgument', '0002-00000066'],
  ['x-oss-signature-version=OSS2&x-oss-signature=a', 400, 'InvalidArgument', '0002-00000031'],
  ['AWSAccessKeyId=a&Expires=1&Signature=b', 400, 'InvalidArgument', '0002-00000032'],
  ['X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=b', 400, 'InvalidArgument', '0002-00000033'],
  ['OSSAccessKeyId=a&Signature=b', 403, 'AccessDenied', '0002-00000067'],
  ['OSSAccessKeyId=a&Expires=&Signature=b', 403, 'AccessDenied', '0002-00000068'],
  ['OSSAccessKeyId=a&Expires=1141889120&Signature=b', 403, 'AccessDenied', '0002-00000069'],
  ['OSSAccessKeyId=a&Expires=abc&Signature=b', 403, 'AccessDenied', '0002-00000070'],
  ['Expires=1141889120&Signature=b', 403, 'AccessDenied', '0002-00000071'],
  ['OSSAccessKeyId=&Expires=1141889120&Signature=b', 403, 'AccessDenied', '0002-00000072'],
  ['OSSAccessKeyId=a%09b&Expires=1141889120&Signature=b', 403, 'AccessDenied', '0002-00000073'],
  ['OSSAccessKeyId=a&Expires=1141889120', 403, 'AccessDenied', '0002-00000074'],
  ['OSSAccessKeyId=a&Expires=1141889120&Signature=', 403, 'AccessDenied', '0002-00000075'],
  [`${V4_QUERY}&${V4_DATE}&x-oss-signature=a`, 400, 'InvalidArgument', '0002-00000215'],
  [`${V4_QUERY}&${V4_DATE}&x-oss-expires=&x-oss-signature=a`, 400, 'InvalidArgument', '0002-00000216'],
  [`x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-signature=a`, 400, 'InvalidArgument', '0002-00000217'],
  [`x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=`, 400, 'InvalidArgument', '0002-00000218'],
  [`${V4_QUERY}&${V4_DATE}&x-oss-expires=60`, 400, 'InvalidArgument', '0002-00000219'],
  [`${V4_QUERY}&${V4_DATE}&x-oss-expires=60&x-oss-signature=`, 400, 'InvalidArgument', '0002-00000220'],
  [
    `${V4_QUERY}&${V4_DATE}&x-oss-expires=60&x-oss-signature=a&x-oss-additional-headers=`,
    400,
    'InvalidArgument',
    '0002-00000221',
  ],
  [
    `${V4_QUERY}&${V4_DATE}&x-oss-expires=60&x-oss-signature=a&x-oss-additional-headers=range`,
    400,
    'InvalidArgument',
    '0002-00000222',
  ],
  [
    `${V4_QUERY.replace('20261123', '2026-11-23')}&${V4_DATE}&x-oss-expires=60&x-oss-signature=a`,
    400,
    'InvalidArgument',
    '0002-00000223',
  ],
  [`${V4_QUERY}x&${V4_DATE}&x-oss-expires=60&x-oss-signature=a`, 400, 'InvalidArgument', '0002-00000224'],
  [`${V4_QUERY}&x-oss-expires=60&x-oss-signature=a`, 400, 'InvalidArgument', '0002-00000230'],
  [`${V4_QUERY}&x-oss-date=2026&x-oss-expires=60&x-oss-signature=a`, 400, 'InvalidArgument', '0002-00000231'],
  [`${V4_QUERY}&${V4_DATE}&x-oss-expires=604801&x-oss-signature=a`, 400, 'InvalidArgument', '0002-00000232'],
  [`${V4_QUERY}&${V4_DATE}&x-oss-expires=0&x-oss-signature=a`, 400, 'InvalidArgument', '0002-00000232'],
  [`${V4_QUERY}&x-oss-date=20261123T125957Z&x-oss-expires=60&x-oss-signature=a`, 403, 'AccessDenied', '0002-00000235'],
  [`${V4_QUERY}&x-oss-date=20261123T113456Z&x-oss-expires=60&x-oss-signature=a`, 403, 'AccessDenied', '0002-00000069'],
])('answers the query %s with %i %s %s', async (query, status, code, ec) => {
  const wire = { method: 'GET', path: `/refusal-bucket/a.txt?${query}`, headers: {} };
  expectRefusal(await send(oss, wire), status, code, ec);
});

it('refuses a signature in both places, and a token in both places', async () => {
  const session = await assume(oss);
  const link = sign(oss, { ...at, credentials: session });
  expectRefusal(
    await send(oss, { ...link, headers: { authorization: 'OSS a:b' } }),
    400,
    'InvalidArgument',
    '0002-00000039',
  );
  const twice = { ...link, headers: { 'x-oss-security-token': session.securityToken ?? '' } };
  expectRefusal(await send(oss, twice), 400, 'InvalidArgument', '0002-00000010');
});

it('refuses tokens that are wrong, missing, expired or of another key', async () => {
  const [one, two] = [await assume(oss), await assume(oss)];
  const token = (credentials: object): Ask => ({ ...at, credentials: { ...one, ...credentials } });
  expectRefusal(await call(oss, token({ securityToken: 'CAISwrong' })), 403, 'InvalidSecurityToken', '0002-00000006');
  expectRefusal(
    await call(oss, token({ securityToken: two.securityToken })),
    403,
    'AccessKeyIdAndSecurityTokenNotMatch',
    '0002-00000004',
  );
  const without = `/refusal-bucket/a.txt?OSSAccessKeyId=${one.accessKeyId}&Expires=9999999999&Signature=a`;
  expectRefusal(
    await send(oss, { method: 'GET', path: without, headers: {} }),
    403,
    'InvalidAccessKeyId',
    '0002-00000002',
  );
  const owned = { ...oss.owner, accessKeyId: oss.owner.accessKeyId, accessKeySecret: oss.owner.accessKeySecret };
  const stray = { ...owned, securityToken: 'CAISstray' };
  expectRefusal(await call(oss, { ...at, credentials: stray }), 403, 'InvalidAccessKeyId', '0002-00000902');
  oss.expireToken(one);
  expectRefusal(await call(oss, { ...at, credentials: one }), 403, 'SecurityTokenExpired', '0002-00000007');
  const user = oss.addUser({ name: 'gone' });
  oss.disableKey(user.accessKeyId);
  expectRefusal(await call(oss, { ...at, credentials: user }), 403, 'InvalidAccessKeyId', '0002-00000903');
});

it('shows what it signed, and no expected signature, when a signature does not match', async () => {
  const wrong = { accessKeyId: oss.owner.accessKeyId, accessKeySecret: 'wrong' };
  for (const [scheme, ec] of [
    ['v1-url', '0002-00000040'],
    ['v4-header', '0002-00000201'],
  ] as const) {
    const answer = await call(oss, { ...at, scheme, credentials: wrong });
    expectRefusal(answer, 403, 'SignatureDoesNotMatch', ec);
    const element = (name: string): string => new RegExp(`<${name}>([^<]*)<`).exec(answer.text)?.[1] ?? '';
    const bytes = Buffer.from(element('StringToSignBytes').replaceAll(' ', ''), 'hex').toString();
    expect(bytes).toBe(element('StringToSign'));
    expect(element('OSSAccessKeyId')).toBe(oss.owner.accessKeyId);
    expect(element('SignatureProvided')).not.toBe('');
    expect(answer.text).not.toContain('Expected');
  }
});

it('gives HEAD the reason in a header that every client can read', async () => {
  const large = { method: 'HEAD', path: `/refusal-bucket/a.txt?x=${'y'.repeat(10_000)}` };
  const signed = sign(oss, { ...at, method: 'HEAD', scheme: 'v4-header' });
  const answer = await send(oss, { ...signed, ...large });
  expect([answer.status, answer.code, answer.ec]).toEqual([403, 'SignatureDoesNotMatch', '0002-00000201']);
  expect(String(answer.headers['x-oss-err']).length).toBeLessThan(16_384);
});

it('refuses what names nothing, and what it does not know', async () => {
  expectRefusal(await call(oss, { ...at, key: 'none' }), 404, 'NoSuchKey', '0026-00000001');
  expectRefusal(await call(oss, { bucket: 'no-such-bucket', key: 'a' }), 404, 'NoSuchBucket', '0015-00000101');
  expectRefusal(
    await send(oss, { method: 'GET', path: '/A/b', headers: {} }),
    400,
    'InvalidBucketName',
    '0015-00000001',
  );
  expectRefusal(
    await send(oss, { method: 'GET', path: '/refusal-bucket//b', headers: {} }),
    400,
    'InvalidObjectName',
    '0016-00000005',
  );
  expectRefusal(
    await send(oss, { method: 'GET', path: '/refusal-bucket/%FF', headers: {} }),
    400,
    'InvalidObjectName',
    '0016-00000004',
  );
  const long = 'k'.repeat(1024);
  expectRefusal(
    await send(oss, { method: 'GET', path: `/refusal-bucket/${long}`, headers: {} }),
    400,
    'InvalidObjectName',
    '0016-00000002',
  );
  const processed = await call(oss, { ...at, query: { 'x-oss-process': 'image/resize,w_1' } });
  expectRefusal(processed, 501, 'NotImplemented', undefined);
  expect(processed.text).toContain('x-oss-process');
  expectRefusal(
    await send(oss, { method: 'GET', path: '/refusal-bucket/a.txt', headers: {} }),
    403,
    'AccessDenied',
    '0003-00000001',
  );
});

it('refuses V1, and only V1, where it is switched off', async () => {
  const strict = await startLocalOss({ v1: 'refuse' });
  try {
    await strict.put('refusal-bucket', 'a.txt', 'hello world');
    for (const scheme of ['v1-header', 'v1-url'] as const) {
      expectRefusal(await call(strict, { ...at, scheme }), 403, 'AccessDenied', '0002-00000080');
    }
    expect((await call(strict, { ...at, scheme: 'v4-url' })).status).toBe(200);
  } finally {
    await strict.close();
  }
});
