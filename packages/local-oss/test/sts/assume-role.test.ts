import { encodeRpcForm, rpcSignatureV1, rpcStringToSignV1 } from '@ossgrant/signer-core/rpc';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { assume, call, policy, send, stsCall } from '../kit.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss();
  await oss.put('sts-bucket', 'a.txt', 'hello world');
  await oss.put('sts-bucket', 'b.txt', 'hello world');
});
afterAll(() => oss.close());

const role = (extra: Record<string, string> = {}): Record<string, string> => ({
  Action: 'AssumeRole',
  RoleArn: oss.roleArn,
  RoleSessionName: 'test',
  ...extra,
});

it('gives out a token that reads until it expires, and no longer', async () => {
  const server = await startLocalOss();
  try {
    await server.put('sts-bucket', 'a.txt', 'hello world');
    const credentials = await assume(server);
    const ask = { bucket: 'sts-bucket', key: 'a.txt', credentials };
    expect((await call(server, ask)).text).toBe('hello world');
    server.clock.advance(3_601_000);
    expect((await call(server, ask)).code).toBe('SecurityTokenExpired');
  } finally {
    await server.close();
  }
});

it('lets a session policy narrow the role, and never widen it', async () => {
  const one = policy({ Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:sts-bucket/a.txt' });
  const narrow = await assume(oss, { policy: one });
  expect((await call(oss, { bucket: 'sts-bucket', key: 'a.txt', credentials: narrow })).status).toBe(200);
  expect(await call(oss, { bucket: 'sts-bucket', key: 'b.txt', credentials: narrow })).toMatchObject({
    status: 403,
    code: 'AccessDenied',
    ec: '0003-00000301',
  });
  const wide = await assume(oss, { policy: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) });
  const put = await call(oss, {
    method: 'PUT',
    bucket: 'sts-bucket',
    key: 'c',
    credentials: wide,
    scheme: 'v4-header',
  });
  expect(put.ec).toBe('0003-00000001');
});

it.each<[string, Record<string, string>, number, string]>([
  ['no session name', { RoleSessionName: '' }, 400, 'MissingRoleSessionName'],
  ['a session name of one letter', { RoleSessionName: 'a' }, 400, 'InvalidParameter.RoleSessionName'],
  ['a bracket in the session name', { RoleSessionName: 'a[b' }, 400, 'InvalidParameter.RoleSessionName'],
  ['a malformed role', { RoleArn: 'reader' }, 400, 'InvalidParameter.RoleArn'],
  ['a role that is not there', { RoleArn: 'acs:ram::1000000000000001:role/none' }, 404, 'EntityNotExist.Role'],
  ['899 seconds', { DurationSeconds: '899' }, 400, 'InvalidParameter.DurationSeconds'],
  ['more seconds than the role allows', { DurationSeconds: '3601' }, 400, 'InvalidParameter.DurationSeconds'],
  ['no number of seconds', { DurationSeconds: 'x' }, 400, 'InvalidParameter.DurationSeconds'],
  ['2049 bytes of policy', { Policy: `{"${'a'.repeat(2045)}"}` }, 400, 'InvalidParameter.PolicySize'],
  ['683 characters of 3 bytes', { Policy: '目'.repeat(683) }, 400, 'InvalidParameter.PolicySize'],
  ['a policy that is not JSON', { Policy: '{' }, 400, 'InvalidParameter.PolicyGrammar'],
  ['an external id of one letter', { ExternalId: 'a' }, 400, 'InvalidParameter.ExternalId'],
  ['an unknown action', { Action: 'CreateUser' }, 404, 'InvalidAction.NotFound'],
  ['another version', { Version: '2014-01-01' }, 400, 'InvalidVersion'],
  ['a timestamp in another form', { Timestamp: 'now' }, 400, 'InvalidTimeStamp.Format'],
  ['an old timestamp', { Timestamp: '2015-01-01T00:00:00Z' }, 400, 'InvalidTimeStamp.Expired'],
  ['another signature method', { SignatureMethod: 'HMAC-MD5' }, 400, 'IncompleteSignature'],
  ['an unknown key', { AccessKeyId: 'nobody' }, 404, 'InvalidAccessKeyId.NotFound'],
  ['a temporary key without its token', { AccessKeyId: 'STS.nobody' }, 400, 'MissingSecurityToken'],
])('refuses %s', async (_, extra, status, code) => {
  const answer = await stsCall(oss, role(extra));
  expect([answer.status, answer.code]).toEqual([status, code]);
});

it('accepts seconds from 900 to what the role allows', async () => {
  const roleArn = oss.addRole({ name: 'long', maxSessionSeconds: 43_200 });
  for (const DurationSeconds of ['900', '43200']) {
    const answer = await stsCall(oss, role({ RoleArn: roleArn, DurationSeconds }));
    const { Credentials } = JSON.parse(answer.text) as { Credentials: { Expiration: string } };
    const seconds = (Date.parse(Credentials.Expiration) - oss.clock.now().getTime()) / 1000;
    expect(Math.abs(seconds - Number(DurationSeconds))).toBeLessThan(2);
  }
});

it('refuses a wrong signature, a nonce used before and a parameter given twice', async () => {
  const wrong = { accessKeyId: oss.owner.accessKeyId, accessKeySecret: 'wrong' };
  expect((await stsCall(oss, role(), wrong)).code).toBe('SignatureDoesNotMatch');
  expect((await stsCall(oss, role({ SignatureNonce: 'once' }))).status).toBe(200);
  expect((await stsCall(oss, role({ SignatureNonce: 'once' }))).code).toBe('SignatureNonceUsed');
  const twice = await send(oss, { method: 'GET', path: '/?Action=AssumeRole&Action=a', headers: {} });
  expect(twice.code).toBe('InvalidParameter');
});

it('asks the caller, the trust policy and its external id', async () => {
  const assumeAny = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
  const [may, mayNot] = [oss.addUser({ name: 'may', policies: [assumeAny] }), oss.addUser({ name: 'may-not' })];
  expect((await stsCall(oss, role(), mayNot)).code).toBe('NoPermission');
  const trust = policy({
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { RAM: ['acs:ram::1000000000000001:user/may'] },
    Condition: { StringEquals: { 'sts:ExternalId': 'secret-id' } },
  });
  const RoleArn = oss.addRole({ name: 'trusting', trust });
  expect((await stsCall(oss, role({ RoleArn }), may)).code).toBe('NoPermission');
  expect((await stsCall(oss, role({ RoleArn, ExternalId: 'other-id' }), may)).code).toBe('NoPermission');
  expect((await stsCall(oss, role({ RoleArn, ExternalId: 'secret-id' }), may)).status).toBe(200);
  expect((await stsCall(oss, role({ RoleArn, ExternalId: 'secret-id' }))).code).toBe('NoPermission');
});

it('lets a role be trusted by another role', async () => {
  const assumeAny = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
  const first = oss.addRole({ name: 'first', policies: [assumeAny] });
  const other = oss.addRole({ name: 'other', policies: [assumeAny] });
  const trust = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [first] } });
  const RoleArn = oss.addRole({ name: 'second', trust });
  const [trusted, untrusted] = [await assume(oss, { roleArn: first }), await assume(oss, { roleArn: other })];
  expect((await stsCall(oss, role({ RoleArn }), trusted)).status).toBe(200);
  expect((await stsCall(oss, role({ RoleArn }), untrusted)).code).toBe('NoPermission');
  expect((await stsCall(oss, role({ RoleArn }))).code).toBe('NoPermission');
});

it('says who the caller is, for users and for sessions', async () => {
  const user = await stsCall(oss, { Action: 'GetCallerIdentity' });
  expect(JSON.parse(user.text)).toMatchObject({ IdentityType: 'RAMUser', Arn: 'acs:ram::1000000000000001:user/owner' });
  const session = await stsCall(oss, { Action: 'GetCallerIdentity' }, await assume(oss));
  expect(JSON.parse(session.text)).toMatchObject({
    IdentityType: 'AssumedRoleUser',
    Arn: 'acs:ram::1000000000000001:assumed-role/ossgrant-reader/test',
  });
});

it('throttles on request, with HTTP 400', async () => {
  oss.faults.throttleSts(2);
  for (const _ of [1, 2]) expect(await stsCall(oss, role())).toMatchObject({ status: 400, code: 'Throttling.User' });
  expect((await stsCall(oss, role())).status).toBe(200);
});

const signed = (method: 'GET' | 'POST', extra: Record<string, string> = {}): string => {
  const parameters: Record<string, string> = {
    ...role(),
    Version: '2015-04-01',
    Format: 'JSON',
    AccessKeyId: oss.owner.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: String(Math.random()),
    Timestamp: oss.clock.now().toISOString(),
    ...extra,
  };
  const signature = rpcSignatureV1(oss.owner.accessKeySecret, rpcStringToSignV1(method, parameters));
  return `/?${encodeRpcForm({ ...parameters, Signature: signature })}`;
};

it.each(['PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'])('refuses an RPC call by %s, signed as POST', async (method) => {
  const answer = await send(oss, { method, path: signed('POST'), headers: {} });
  expect(answer.status).toBe(400);
  if (method !== 'HEAD') expect(answer.text).toContain('UnsupportedHTTPMethod');
});

it('lets no unsigned header replace the version that an RPC call was signed with', async () => {
  const headers = { 'x-acs-version': '2015-04-01' };
  const wire = { method: 'GET', path: signed('GET', { Version: '2014-01-01' }), headers };
  expect((await send(oss, wire)).code).toBe('InvalidVersion');
  const other = { method: 'GET', path: signed('GET'), headers: { 'x-acs-version': '2014-01-01' } };
  expect((await send(oss, other)).status).toBe(200);
});

it('takes a call whose parameters are all in the query of a GET', async () => {
  expect((await send(oss, { method: 'GET', path: signed('POST'), headers: {} })).code).toBe('SignatureDoesNotMatch');
  expect((await send(oss, { method: 'GET', path: signed('GET'), headers: {} })).status).toBe(200);
});

it('answers in XML when JSON is not asked for', async () => {
  const answer = await stsCall(oss, role({ Format: 'XML' }));
  expect(answer.text).toContain('<AssumeRoleResponse><RequestId>');
});

it('leaves neither token nor signature nor secret in the journal', async () => {
  const session = await assume(oss);
  await call(oss, { bucket: 'sts-bucket', key: 'a.txt', credentials: session });
  await call(oss, { bucket: 'sts-bucket', key: 'a.txt', credentials: session, scheme: 'v1-url' });
  const path = `/sts-bucket/a.txt?x-oss-security%2Dtoken=${encodeURIComponent(session.securityToken ?? '')}`;
  await send(oss, { method: 'GET', path, headers: {} });
  const text = JSON.stringify(oss.journal.entries());
  for (const secret of [session.securityToken ?? '', session.accessKeySecret, oss.owner.accessKeySecret]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(encodeURIComponent(secret));
  }
  expect(text).not.toMatch(/ignature=[0-9a-f]{10}/);
});

it('decides by the signature, not by x-acs headers, which protocol a call speaks', async () => {
  const headers = { 'x-acs-action': 'AssumeRole', 'x-acs-version': '2015-04-01' };
  const answer = await stsCall(oss, role(), oss.owner, headers);
  expect(answer.status).toBe(200);
  expect((await stsCall(oss, role({ Signature: 'wrong' }), oss.owner, headers)).code).toBe('SignatureDoesNotMatch');
});
