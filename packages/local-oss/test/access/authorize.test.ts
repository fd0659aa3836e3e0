import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { formatEntry } from '../../src/server/journal.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { assume, call, policy, send, type Ask } from '../kit.ts';

let oss: LocalOss;
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('acl-bucket', 'dir/a.txt', 'hello world');
});
afterEach(() => oss.close());

const at: Ask = { bucket: 'acl-bucket', key: 'dir/a.txt' };
const anonymous = (method = 'GET') => send(oss, { method, path: '/acl-bucket/dir/a.txt', headers: {} });
const reader = policy({ Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:acl-bucket/dir/*' });

it('gives everybody what the bucket ACL gives', async () => {
  expect((await anonymous()).status).toBe(403);
  oss.configureBucket('acl-bucket', { acl: 'public-read' });
  expect((await anonymous()).status).toBe(200);
  expect((await anonymous('PUT')).status).toBe(403);
  oss.configureBucket('acl-bucket', { acl: 'public-read-write' });
  expect((await anonymous('PUT')).status).toBe(200);
});

it('lets the object ACL replace the bucket ACL', async () => {
  oss.configureBucket('acl-bucket', { acl: 'public-read' });
  oss.configureObject('acl-bucket', 'dir/a.txt', { acl: 'private' });
  expect((await anonymous()).status).toBe(403);
  oss.configureObject('acl-bucket', 'dir/a.txt', { acl: 'public-read' });
  oss.configureBucket('acl-bucket', { acl: 'private' });
  expect((await anonymous()).status).toBe(200);
});

it('lets a user do what its policies allow, and nothing else', async () => {
  const [can, cannot] = [oss.addUser({ name: 'can', policies: [reader] }), oss.addUser({ name: 'cannot' })];
  expect((await call(oss, { ...at, credentials: can })).status).toBe(200);
  expect(await call(oss, { ...at, credentials: cannot })).toMatchObject({ status: 403, ec: '0003-00000001' });
  const put = await call(oss, { ...at, method: 'PUT', credentials: can, scheme: 'v4-header' });
  expect(put.status).toBe(403);
});

it('puts an explicit Deny of a RAM policy before everything', async () => {
  const deny = policy({ Effect: 'Deny', Action: 'oss:GetObject', Resource: '*' });
  oss.configureBucket('acl-bucket', { acl: 'public-read' });
  const user = oss.addUser({ name: 'denied', policies: [reader, deny] });
  expect(await call(oss, { ...at, credentials: user })).toMatchObject({ status: 403, ec: '0003-00000201' });
});

it('lets a bucket policy allow a user, a session and everybody, by their names', async () => {
  const user = oss.addUser({ name: 'guest' });
  const session = await assume(oss, { roleArn: oss.addRole({ name: 'empty' }) });
  const allow = (Principal: string[]) =>
    oss.configureBucket('acl-bucket', {
      policy: policy({ Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:acl-bucket/*', Principal }),
    });
  allow(['acs:ram::1000000000000001:user/guest']);
  expect((await call(oss, { ...at, credentials: user })).status).toBe(200);
  expect((await call(oss, { ...at, credentials: session })).status).toBe(403);
  allow(['arn:sts::1000000000000001:assumed-role/empty/*']);
  expect((await call(oss, { ...at, credentials: user })).status).toBe(403);
  expect((await call(oss, { ...at, credentials: session })).status).toBe(200);
  expect((await anonymous()).status).toBe(403);
  allow(['*']);
  expect((await anonymous()).status).toBe(200);
});

it('lets a bucket policy deny even the owner, by address and transport', async () => {
  const deny = (Condition: object) =>
    oss.configureBucket('acl-bucket', {
      policy: policy({ Effect: 'Deny', Action: 'oss:*', Resource: '*', Principal: ['*'], Condition }),
    });
  deny({ Bool: { 'acs:SecureTransport': 'false' } });
  expect(await call(oss, at)).toMatchObject({ status: 403, ec: '0003-00000101' });
  deny({ NotIpAddress: { 'acs:SourceIp': ['127.0.0.0/8'] } });
  expect((await call(oss, at)).status).toBe(200);
  deny({ IpAddress: { 'acs:SourceIp': ['127.0.0.0/8'] } });
  expect((await call(oss, at)).status).toBe(403);
});

it('holds a listing to its prefix and delimiter', async () => {
  const user = oss.addUser({
    name: 'lister',
    policies: [
      policy({
        Effect: 'Allow',
        Action: 'oss:ListObjects',
        Resource: 'acs:oss:*:*:acl-bucket',
        Condition: { StringLike: { 'oss:Prefix': ['dir/*'] }, StringEquals: { 'oss:Delimiter': '/' } },
      }),
    ],
  });
  const list = (query: Record<string, string>) =>
    call(oss, { bucket: 'acl-bucket', query: { 'list-type': '2', ...query }, credentials: user });
  expect((await list({ prefix: 'dir/', delimiter: '/' })).text).toContain('<Key>dir/a.txt</Key>');
  expect((await list({ prefix: 'dir/' })).status).toBe(403);
  expect((await list({ prefix: 'other/', delimiter: '/' })).status).toBe(403);
});

it.each(['versions', 'uploads'])('denies by prefix a listing of %s, too', async (kind) => {
  const Condition = { StringLike: { 'oss:Prefix': 'secret/*' } };
  const deny = { Effect: 'Deny', Action: 'oss:List*', Resource: '*', Principal: ['*'], Condition };
  oss.configureBucket('acl-bucket', { policy: policy(deny) });
  const list = (prefix: string) => call(oss, { bucket: 'acl-bucket', query: { [kind]: null, prefix } });
  expect(await list('secret/a')).toMatchObject({ status: 403, ec: '0003-00000101' });
  expect((await list('dir/')).status).toBe(200);
});

it.each(['v4-url', 'v1-url'] as const)('asks for a prefix in listings alone, with a signature %s', async (scheme) => {
  const inDir = { StringLike: { 'oss:Prefix': 'dir/*' } };
  const notInDir = { StringNotLike: { 'oss:Prefix': 'dir/*' } };
  const allowed = oss.addUser({
    name: 'allowed',
    policies: [policy({ Effect: 'Allow', Action: 'oss:*', Resource: '*', Condition: inDir })],
  });
  const denied = oss.addUser({
    name: 'denied',
    policies: [
      policy({ Effect: 'Allow', Action: 'oss:*', Resource: '*' }),
      policy({ Effect: 'Deny', Action: 'oss:*', Resource: '*', Condition: notInDir }),
    ],
  });
  for (const credentials of [allowed, denied]) {
    expect((await call(oss, { ...at, scheme, credentials, query: { prefix: 'dir/x' } })).status).toBe(403);
    const list = await call(oss, { bucket: 'acl-bucket', scheme, credentials, query: { prefix: 'dir/' } });
    expect(list.status).toBe(200);
  }
});

it('ends a right at the time that a condition says', async () => {
  const until = new Date(oss.clock.now().getTime() + 60_000).toISOString();
  const statement = { Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' };
  const credentials = await assume(oss, {
    policy: policy({ ...statement, Condition: { DateLessThan: { 'acs:CurrentTime': [until] } } }),
  });
  expect((await call(oss, { ...at, credentials })).status).toBe(200);
  oss.clock.advance(61_000);
  expect((await call(oss, { ...at, credentials })).ec).toBe('0003-00000301');
});

it('explains each refusal, in the answer, in the journal and for people', async () => {
  const session = await assume(oss, {
    policy: policy({ Effect: 'Allow', Action: 'oss:PutObject', Resource: '*' }),
  });
  const answer = await call(oss, { ...at, credentials: session });
  expect(answer.text).toContain(
    '<AccessDeniedDetail><PolicyType>SessionPolicy</PolicyType><AuthPrincipalType>AssumedRoleUser</AuthPrincipalType><NoPermissionType>ImplicitDeny</NoPermissionType>',
  );
  const entry = oss.journal.entries().at(-1);
  expect(entry?.decision).toEqual([
    'acs:ram::1000000000000001:assumed-role/ossgrant-reader/test wants oss:GetObject on acs:oss:oss-cn-hangzhou:1000000000000001:acl-bucket/dir/a.txt',
    'RAM policy 1, statement 1: Allow oss:GetObject, oss:ListObjects',
    'session policy: no statement of 1 matches',
    "refused: Access denied by authorizer's policy. (SessionPolicy, ImplicitDeny)",
  ]);
  expect(entry && formatEntry(entry)).toMatch(/^403 GET .* AccessDenied 0003-00000301\n {4}acs:ram/);
});
