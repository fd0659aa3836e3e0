import { expect, it } from 'vitest';
import { ossTest } from '../../src/vitest.ts';
import { assume, call, policy, stsCall } from '../kit.ts';

const readA = { Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:a-bucket/a' };
const assumeAny = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };

it.each<[string, object[]]>([
  ['allows one key only', [readA]],
  ['denies every STS action', [readA, assumeAny, { Effect: 'Deny', Action: 'sts:*', Resource: '*' }]],
  ['denies the role', [assumeAny, { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: 'acs:ram:*:*:role/chain' }]],
])('a session policy that %s keeps its session from assuming a role again', async (_, statements) => {
  const { startLocalOss } = await import('../../src/start-local-oss.ts');
  const oss = await startLocalOss();
  try {
    const policies = [policy({ Effect: 'Allow', Action: ['oss:*', 'sts:AssumeRole'], Resource: '*' })];
    const roleArn = oss.addRole({ name: 'chain', policies });
    const caller = await assume(oss, { roleArn, policy: { Version: '1', Statement: statements } });
    const parameters = { Action: 'AssumeRole', RoleArn: roleArn, RoleSessionName: 'again' };
    expect(await stsCall(oss, parameters, caller)).toMatchObject({ status: 403, code: 'NoPermission' });
    expect(oss.journal.entries().at(-1)?.decision?.join('\n')).toContain('session policy');
  } finally {
    await oss.close();
  }
});

ossTest('a session whose policies allow it may assume a role again', async ({ oss }) => {
  await oss.put('a-bucket', 'a', 'hello world');
  const policies = [policy({ Effect: 'Allow', Action: ['oss:*', 'sts:AssumeRole'], Resource: '*' })];
  const roleArn = oss.addRole({ name: 'chain', policies });
  const caller = await assume(oss, { roleArn, policy: { Version: '1', Statement: [readA, assumeAny] } });
  const credentials = await assume(oss, { roleArn, caller, policy: policy(readA) });
  expect((await call(oss, { bucket: 'a-bucket', key: 'a', credentials })).text).toBe('hello world');
});

ossTest('a whole number is decimal digits and nothing else', async ({ oss }) => {
  const role = { Action: 'AssumeRole', RoleArn: oss.roleArn, RoleSessionName: 'test' };
  for (const DurationSeconds of ['0x384', '1e3', '900.0', ' 900', '+900', '']) {
    const answer = await stsCall(oss, { ...role, DurationSeconds });
    expect(answer).toMatchObject({ status: 400, code: 'InvalidParameter.DurationSeconds' });
  }
  await oss.createBucket('a-bucket');
  const begun = await call(oss, {
    method: 'POST',
    bucket: 'a-bucket',
    key: 'a',
    query: { uploads: null },
    scheme: 'v4-header',
  });
  const uploadId = /<UploadId>(.*)<\/UploadId>/.exec(begun.text)?.[1] ?? '';
  for (const partNumber of ['0x1', '1e0', ' 1', '1.0']) {
    const query = { partNumber, uploadId };
    const part = await call(oss, { method: 'PUT', bucket: 'a-bucket', key: 'a', query, scheme: 'v4-header' }, 'x');
    expect(part).toMatchObject({ status: 400, code: 'InvalidArgument' });
  }
  const buckets = await call(oss, { query: { 'max-keys': '1e1' }, scheme: 'v4-header' });
  expect(buckets).toMatchObject({ status: 400, code: 'InvalidArgument' });
});
