import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { assume, call, policy, send, type Answer, type Ask } from '../kit.ts';

let oss: LocalOss;
let count = 0;
beforeAll(async () => {
  oss = await startLocalOss();
  await oss.put('table-bucket', 'a', 'hello world');
  await oss.put('table-bucket', 'frozen', 'x', { storageClass: 'Archive' });
});
afterAll(async () => {
  console.log(`error table: ${count} rows by real requests`);
  await oss.close();
});

const ask = (extra: Partial<Ask> = {}): Promise<Answer> =>
  call(oss, { bucket: 'table-bucket', key: 'a', scheme: 'v4-header', ...extra });
const raw = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  send(oss, { method, path, headers });
const link = async (key: string, target: string): Promise<Answer> => {
  await ask({ method: 'PUT', key, query: { symlink: null }, headers: { 'x-oss-symlink-target': target } });
  return ask({ key });
};
const fault = (status: number, code: string): Promise<Answer> => {
  oss.faults.add({ status, code });
  return ask();
};
const wrong = () => ({ accessKeyId: oss.owner.accessKeyId, accessKeySecret: 'wrong' });

// The rows of the table of errors; refusals that need state of the cloud come by `faults`.
const callback = (fields: Readonly<Record<string, string>>) => ({
  'x-oss-callback': Buffer.from(JSON.stringify(fields)).toString('base64'),
});

it.each<[string, number, string, () => Promise<Answer>]>([
  [
    'a V1 link signed with another secret',
    403,
    'SignatureDoesNotMatch',
    () => ask({ scheme: 'v1-url', credentials: wrong() }),
  ],
  [
    'a V4 link signed with another secret',
    403,
    'SignatureDoesNotMatch',
    () => ask({ scheme: 'v4-url', credentials: wrong() }),
  ],
  ['a V1 link past its end', 403, 'AccessDenied', () => ask({ scheme: 'v1-url', date: new Date(0) })],
  ['a V4 link past its end', 403, 'AccessDenied', () => ask({ scheme: 'v4-url', date: new Date(0) })],
  [
    'a V1 link whose end is not a number',
    403,
    'AccessDenied',
    () => raw('/table-bucket/a?OSSAccessKeyId=a&Expires=soon&Signature=b'),
  ],
  ['a V1 link without its key id', 403, 'AccessDenied', () => raw('/table-bucket/a?Signature=b')],
  ['a request without a signature', 403, 'AccessDenied', () => raw('/table-bucket/a')],
  [
    'the endpoint of another region',
    403,
    'AccessDenied',
    () => raw('/a', { host: 'table-bucket.oss-cn-beijing.aliyuncs.com' }),
  ],
  [
    'an unknown key id',
    403,
    'InvalidAccessKeyId',
    () => ask({ credentials: { accessKeyId: 'nobody', accessKeySecret: 'x' } }),
  ],
  [
    'a token past its end',
    403,
    'SecurityTokenExpired',
    async () => {
      const session = await assume(oss);
      oss.expireToken(session);
      return ask({ credentials: session });
    },
  ],
  [
    "a user's key with a token, as only temporary keys have one",
    403,
    'InvalidAccessKeyId',
    () => ask({ credentials: { ...wrong(), securityToken: 'CAIS' } }),
  ],
  [
    'a token of another key',
    403,
    'AccessKeyIdAndSecurityTokenNotMatch',
    async () => {
      const [one, two] = [await assume(oss), await assume(oss)];
      return ask({ credentials: { ...one, securityToken: two.securityToken ?? '' } });
    },
  ],
  ['signed headers with an old date', 403, 'RequestTimeTooSkewed', () => ask({ date: new Date(0) })],
  ['an archived object that is not restored', 403, 'InvalidObjectState', () => ask({ key: 'frozen' })],
  ['an account in arrears', 403, 'UserDisable', () => fault(403, 'UserDisable')],
  [
    'path style on a real name',
    403,
    'SecondLevelDomainForbidden',
    () => raw('/table-bucket/a', { host: 'oss-cn-hangzhou.aliyuncs.com' }),
  ],
  [
    'an origin without a CORS rule',
    403,
    'AccessForbidden',
    () => raw('/table-bucket/a', { origin: 'https://a.test', 'access-control-request-method': 'GET' }, 'OPTIONS'),
  ],
  [
    'an unknown kind of authorization',
    400,
    'InvalidArgument',
    () => raw('/table-bucket/a', { authorization: 'Bearer x' }),
  ],
  [
    'a signature in URL and header',
    400,
    'InvalidArgument',
    () => raw('/table-bucket/a?Expires=1', { authorization: 'OSS a:b' }),
  ],
  ['a traffic limit out of bounds', 400, 'InvalidArgument', () => ask({ headers: { 'x-oss-traffic-limit': '1' } })],
  ['a key that begins with a slash', 400, 'InvalidObjectName', () => raw('/table-bucket//a')],
  ['a bucket name in capitals', 400, 'InvalidBucketName', () => raw('/A/a')],
  [
    'a symlink to a symlink',
    400,
    'InvalidTargetType',
    async () => {
      await link('one', 'a');
      return link('two', 'one');
    },
  ],
  [
    'response-* without a signature',
    400,
    'InvalidRequest',
    async () => {
      await oss.put('table-bucket', 'open', 'x', { acl: 'public-read' });
      return raw('/table-bucket/open?response-expires=0');
    },
  ],
  ['a key that is not there', 404, 'NoSuchKey', () => ask({ key: 'none' })],
  ['a bucket that is not there, signed', 404, 'NoSuchBucket', () => ask({ bucket: 'no-bucket' })],
  ['a bucket that is not there, unsigned', 404, 'NoSuchBucket', () => raw('/no-bucket/a')],
  ['a version that is not there', 404, 'NoSuchVersion', () => ask({ query: { versionId: 'CAEQ' } })],
  ['a symlink to nothing', 404, 'SymlinkTargetNotExist', () => link('dangling', 'none')],
  ['an entity tag that differs', 412, 'PreconditionFailed', () => ask({ headers: { 'if-match': '"x"' } })],
  ['a method that OSS has not', 405, 'MethodNotAllowed', () => ask({ method: 'PATCH' })],
  [
    'a restore that is under way',
    409,
    'RestoreAlreadyInProgress',
    async () => {
      await ask({ method: 'POST', key: 'frozen', query: { restore: null } });
      return ask({ method: 'POST', key: 'frozen', query: { restore: null } });
    },
  ],
  [
    'a range behind the end',
    416,
    'InvalidRange',
    () => ask({ headers: { range: 'bytes=99-', 'x-oss-range-behavior': 'standard' } }),
  ],
  ['image processing', 501, 'NotImplemented', () => ask({ query: { 'x-oss-process': 'image/info' } })],
  [
    'an upload with a callback to another machine',
    501,
    'NotImplemented',
    () => ask({ method: 'PUT', headers: callback({ callbackUrl: 'http://example.com/', callbackBody: 'a' }) }),
  ],
  ['a service that is down', 503, 'ServiceUnavailable', () => fault(503, 'ServiceUnavailable')],
  [
    'a download above the bandwidth',
    503,
    'DownloadTrafficRateLimitExceeded',
    () => fault(503, 'DownloadTrafficRateLimitExceeded'),
  ],
])('refuses %s with %i %s', async (_, status, code, provoke) => {
  expect(await provoke()).toMatchObject({ status, code });
  count += 1;
});

it('asks another right for a version than for the object, and serves the only version', async () => {
  expect((await ask({ query: { versionId: 'null' } })).text).toBe('hello world');
  const credentials = await assume(oss, {
    policy: policy({ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' }),
  });
  expect((await ask({ credentials })).status).toBe(200);
  expect((await ask({ credentials, query: { versionId: 'null' } })).ec).toBe('0003-00000301');
});
