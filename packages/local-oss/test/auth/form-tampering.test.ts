import type { Credentials } from '@ossgrant/credentials-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { everyChange } from '../change-bytes.ts';
import { postForm, signForm } from '../form-kit.ts';
import { assume, call } from '../kit.ts';

let oss: LocalOss;
let session: Credentials;
let count = 0;

beforeAll(async () => {
  oss = await startLocalOss({ now: new Date('2026-11-23T12:34:56Z') });
  await oss.createBucket('form-bucket');
  const roleArn = oss.addRole({
    name: 'writer',
    policies: [{ Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:PutObject', Resource: '*' }] }],
  });
  session = await assume(oss, { roleArn });
});
afterAll(async () => {
  console.log(`form tampering: ${count} forms with one changed byte, all refused`);
  await oss.close();
});

const CODES: Readonly<Record<string, readonly string[]>> = {
  key: ['AccessDenied'],
  policy: ['SignatureDoesNotMatch'],
  OSSAccessKeyId: ['InvalidAccessKeyId'],
  Signature: ['SignatureDoesNotMatch'],
  'x-oss-signature': ['SignatureDoesNotMatch'],
  'x-oss-security-token': ['InvalidSecurityToken'],
  'x-oss-signature-version': ['InvalidArgument'],
  'x-oss-credential': ['InvalidAccessKeyId', 'InvalidArgument', 'SignatureDoesNotMatch'],
  'x-oss-date': ['InvalidArgument', 'AccessDenied'],
};

describe.each(['v1', 'v4'] as const)('%s form', (version) => {
  const conditions = [{ bucket: 'form-bucket' }, ['eq', '$key', 'dir/form.txt'], ['content-length-range', 0, 100]];

  it('stores what a signed form sends', async () => {
    const fields = { ...signForm(oss, version, { conditions, credentials: session }), success_action_status: '201' };
    const answer = await postForm(oss, 'form-bucket', { fields, file: 'from a form' });
    expect(answer.status).toBe(201);
    expect(answer.text).toContain('<Key>dir/form.txt</Key>');
    const read = await call(oss, { bucket: 'form-bucket', key: 'dir/form.txt' });
    expect(read.text).toBe('from a form');
    expect(read.headers['content-type']).toBe('text/plain');
  });

  it('refuses any changed byte of any field', { timeout: 60_000 }, async () => {
    const fields = signForm(oss, version, { conditions, credentials: session });
    for (const [name, value] of Object.entries(fields)) {
      for (const changed of everyChange(value)) {
        const answer = await postForm(oss, 'form-bucket', { fields: { ...fields, [name]: changed } });
        expect(answer.code, `${name} ${changed}`).toBeOneOf([...(CODES[name] ?? [])]);
        count += 1;
      }
    }
  });

  it('refuses another bucket than the policy names', async () => {
    await oss.createBucket('form-bucket2');
    const fields = signForm(oss, version, { conditions, credentials: session });
    expect((await postForm(oss, 'form-bucket2', { fields })).ec).toBe('0006-00000227');
  });

  it('refuses a file that is larger or smaller than the policy allows, and stores nothing', async () => {
    const range = ['content-length-range', 5, 10];
    const fields = signForm(oss, version, { key: 'sized', conditions: [['eq', '$key', 'sized'], range] });
    expect((await postForm(oss, 'form-bucket', { fields, file: 'x'.repeat(11) })).code).toBe('EntityTooLarge');
    expect((await postForm(oss, 'form-bucket', { fields, file: 'x' })).code).toBe('EntityTooSmall');
    expect((await call(oss, { bucket: 'form-bucket', key: 'sized' })).status).toBe(404);
  });

  it('refuses an expired policy', async () => {
    const expiration = new Date(oss.clock.now().getTime() - 1);
    const fields = signForm(oss, version, { expiration });
    expect(await postForm(oss, 'form-bucket', { fields })).toMatchObject({ status: 403, ec: '0006-00000213' });
  });
});

it.each([
  [['starts-with', '$key', 'a/'], 'a/b', 204],
  [['starts-with', '$key', 'a/'], 'b', 403],
  [['in', '$key', ['x', 'y']], 'y', 204],
  [['in', '$key', ['x', 'y']], 'z', 403],
  [['not-in', '$key', ['x', 'y']], 'z', 204],
  [['not-in', '$key', ['x', 'y']], 'x', 403],
  [['$key'], 'x', 400],
  [['like', '$key', 'x'], 'x', 400],
  [{ a: 'b', c: 'd' }, 'x', 400],
  [['in', '$key', 'x'], 'x', 400],
])('evaluates the condition %j for key %s to %i', async (condition, key, status) => {
  const fields = signForm(oss, 'v4', { key, conditions: [condition] });
  expect((await postForm(oss, 'form-bucket', { fields })).status).toBe(status);
});

it('refuses a V4 form whose policy does not name its own fields', async () => {
  const fields = signForm(oss, 'v4', { key: 'k', namesOwn: false });
  const answer = await postForm(oss, 'form-bucket', { fields });
  expect(answer).toMatchObject({ status: 403, code: 'AccessDenied', ec: '0006-00000228' });
});

it('puts the file name without folders in place of ${filename}', async () => {
  const conditions = [['starts-with', '$key', 'up/']];
  const fields = signForm(oss, 'v4', { key: 'up/${filename}', conditions });
  expect((await postForm(oss, 'form-bucket', { fields })).status).toBe(204);
  expect((await call(oss, { bucket: 'form-bucket', key: 'up/a.txt' })).status).toBe(200);
});

it('takes an anonymous form only where the ACL lets everybody write', async () => {
  expect((await postForm(oss, 'form-bucket', { fields: { key: 'k' } })).code).toBe('AccessDenied');
  await oss.createBucket('open-bucket');
  oss.configureBucket('open-bucket', { acl: 'public-read-write' });
  expect((await postForm(oss, 'open-bucket', { fields: { key: 'k' } })).status).toBe(204);
});
