import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalOss, type LocalOss } from '../../src/index.ts';
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

// The rows of the table of errors; what a local server has no state for comes by `faults`.
it.each<[number, string, () => Promise<Answer>]>([
  [403, 'SignatureDoesNotMatch', () => ask({ scheme: 'v1-url', credentials: wrong() })],
  [403, 'SignatureDoesNotMatch', () => ask({ scheme: 'v4-url', credentials: wrong() })],
  [403, 'AccessDenied', () => ask({ scheme: 'v1-url', date: new Date(0) })],
  [403, 'AccessDenied', () => ask({ scheme: 'v4-url', date: new Date(0) })],
  [403, 'AccessDenied', () => raw('/table-bucket/a?OSSAccessKeyId=a&Expires=soon&Signature=b')],
  [403, 'AccessDenied', () => raw('/table-bucket/a?Signature=b')],
  [403, 'AccessDenied', () => raw('/table-bucket/a')],
  [403, 'AccessDenied', () => raw('/a', { host: 'table-bucket.oss-cn-beijing.aliyuncs.com' })],
  [403, 'InvalidAccessKeyId', () => ask({ credentials: { accessKeyId: 'nobody', accessKeySecret: 'x' } })],
  [
    403,
    'SecurityTokenExpired',
    async () => {
      const session = await assume(oss);
      oss.expireToken(session);
      return ask({ credentials: session });
    },
  ],
  [403, 'InvalidSecurityToken', () => ask({ credentials: { ...wrong(), securityToken: 'CAIS' } })],
  [
    403,
    'AccessKeyIdAndSecurityTokenNotMatch',
    async () => {
      const [one, two] = [await assume(oss), await assume(oss)];
      return ask({ credentials: { ...one, securityToken: two.securityToken ?? '' } });
    },
  ],
  [403, 'RequestTimeTooSkewed', () => ask({ date: new Date(0) })],
  [403, 'InvalidObjectState', () => ask({ key: 'frozen' })],
  [403, 'UserDisable', () => fault(403, 'UserDisable')],
  [403, 'SecondLevelDomainForbidden', () => raw('/table-bucket/a', { host: 'oss-cn-hangzhou.aliyuncs.com' })],
  [
    403,
    'AccessForbidden',
    () => raw('/table-bucket/a', { origin: 'https://a.test', 'access-control-request-method': 'GET' }, 'OPTIONS'),
  ],
  [400, 'InvalidArgument', () => raw('/table-bucket/a', { authorization: 'Bearer x' })],
  [400, 'InvalidArgument', () => raw('/table-bucket/a?Expires=1', { authorization: 'OSS a:b' })],
  [400, 'InvalidArgument', () => ask({ headers: { 'x-oss-traffic-limit': '1' } })],
  [400, 'InvalidObjectName', () => raw('/table-bucket//a')],
  [400, 'InvalidBucketName', () => raw('/A/a')],
  [
    400,
    'InvalidTargetType',
    async () => {
      await link('one', 'a');
      return link('two', 'one');
    },
  ],
  [
    400,
    'InvalidRequest',
    async () => {
      await oss.put('table-bucket', 'open', 'x', { acl: 'public-read' });
      return raw('/table-bucket/open?response-expires=0');
    },
  ],
  [404, 'NoSuchKey', () => ask({ key: 'none' })],
  [404, 'NoSuchBucket', () => ask({ bucket: 'no-bucket' })],
  [404, 'NoSuchBucket', () => raw('/no-bucket/a')],
  [404, 'NoSuchVersion', () => ask({ query: { versionId: 'CAEQ' } })],
  [404, 'SymlinkTargetNotExist', () => link('dangling', 'none')],
  [412, 'PreconditionFailed', () => ask({ headers: { 'if-match': '"x"' } })],
  [405, 'MethodNotAllowed', () => ask({ method: 'PATCH' })],
  [
    409,
    'RestoreAlreadyInProgress',
    async () => {
      await ask({ method: 'POST', key: 'frozen', query: { restore: null } });
      return ask({ method: 'POST', key: 'frozen', query: { restore: null } });
    },
  ],
  [416, 'InvalidRange', () => ask({ headers: { range: 'bytes=99-', 'x-oss-range-behavior': 'standard' } })],
  [501, 'NotImplemented', () => ask({ query: { 'x-oss-process': 'image/info' } })],
  [501, 'NotImplemented', () => ask({ method: 'PUT', headers: { 'x-oss-callback': 'e30=' } })],
  [503, 'ServiceUnavailable', () => fault(503, 'ServiceUnavailable')],
  [503, 'DownloadTrafficRateLimitExceeded', () => fault(503, 'DownloadTrafficRateLimitExceeded')],
])('answers %i %s', async (status, code, provoke) => {
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
