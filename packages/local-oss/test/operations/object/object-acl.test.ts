import { expect } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { ossTest } from '../../../src/vitest.ts';
import { assume, call, policy, send, type Answer, type Ask } from '../../kit.ts';

const ask = (oss: LocalOss, extra: Partial<Ask> = {}, body?: string): Promise<Answer> =>
  call(oss, { bucket: 'acl-bucket', key: 'a', scheme: 'v4-header', ...extra }, body);
const putAcl = (oss: LocalOss, acl: string, extra: Partial<Ask> = {}): Promise<Answer> =>
  ask(oss, { method: 'PUT', query: { acl: null }, headers: { 'x-oss-object-acl': acl }, ...extra });
const aclOf = async (oss: LocalOss): Promise<string | undefined> =>
  /<Grant>([^<]*)</.exec((await ask(oss, { query: { acl: null } })).text)?.[1];
const anonymous = async (oss: LocalOss): Promise<number> =>
  (await send(oss, { method: 'GET', path: '/acl-bucket/a', headers: {} })).status;

ossTest('gives an object an ACL that then decides, and returns it', async ({ oss }) => {
  await oss.put('acl-bucket', 'a', 'x');
  expect([await aclOf(oss), await anonymous(oss)]).toEqual(['default', 403]);
  for (const [acl, status] of [
    ['public-read', 200],
    ['private', 403],
    ['public-read-write', 200],
    ['default', 403],
  ] as const) {
    expect((await putAcl(oss, acl)).status).toBe(200);
    expect([await aclOf(oss), await anonymous(oss)]).toEqual([acl, status]);
  }
  await ask(oss, { method: 'PUT', headers: { 'x-oss-object-acl': 'public-read' } }, 'y');
  expect([await aclOf(oss), await anonymous(oss)]).toEqual(['public-read', 200]);
});

ossTest('refuses an ACL that there is not, none, and one for nothing', async ({ oss }) => {
  await oss.put('acl-bucket', 'a', 'x');
  expect(await putAcl(oss, 'open')).toMatchObject({ status: 400, code: 'InvalidArgument' });
  expect((await ask(oss, { method: 'PUT', query: { acl: null } })).code).toBe('MissingArgument');
  expect((await putAcl(oss, 'private', { key: 'none' })).code).toBe('NoSuchKey');
  expect((await ask(oss, { key: 'none', query: { acl: null } })).code).toBe('NoSuchKey');
  expect(await aclOf(oss)).toBe('default');
});

ossTest('asks for the right of its own name, whatever the ACL lets everybody do', async ({ oss }) => {
  await oss.put('acl-bucket', 'a', 'x', { acl: 'public-read-write' });
  const put = await send(oss, { method: 'PUT', path: '/acl-bucket/a?acl', headers: { 'x-oss-object-acl': 'private' } });
  expect(put.status).toBe(403);
  expect((await send(oss, { method: 'GET', path: '/acl-bucket/a?acl', headers: {} })).status).toBe(403);
  const roleArn = oss.addRole({ name: 'all', policies: [policy({ Effect: 'Allow', Action: 'oss:*', Resource: '*' })] });
  const only = (Action: string) => assume(oss, { roleArn, policy: policy({ Effect: 'Allow', Action, Resource: '*' }) });
  const reader = await only('oss:GetObjectAcl');
  expect((await ask(oss, { query: { acl: null }, credentials: reader })).status).toBe(200);
  expect((await putAcl(oss, 'private', { credentials: reader })).status).toBe(403);
  expect((await putAcl(oss, 'private', { credentials: await only('oss:PutObjectAcl') })).status).toBe(200);
});
