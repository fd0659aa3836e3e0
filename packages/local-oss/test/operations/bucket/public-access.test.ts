import { expect } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { ossTest } from '../../../src/vitest.ts';
import { postForm, signForm } from '../../form-kit.ts';
import { call, policy, send, type Answer, type Ask } from '../../kit.ts';

const PUBLIC = { 'x-oss-object-acl': 'public-read' };

function ask(oss: LocalOss, extra: Partial<Ask>, body?: string): Promise<Answer> {
  return call(oss, { bucket: 'a-bucket', key: 'a', scheme: 'v4-header', ...extra }, body);
}

function account(oss: LocalOss, method: 'GET' | 'PUT' | 'DELETE', blocked = true): Promise<Answer> {
  const body = `<PublicAccessBlockConfiguration><BlockPublicAccess>${blocked}</BlockPublicAccess></PublicAccessBlockConfiguration>`;
  const wanted = { method, query: { publicAccessBlock: null }, scheme: 'v4-header' } as const;
  return call(oss, wanted, method === 'PUT' ? body : undefined);
}

ossTest('the account can block public access in every bucket, whatever the bucket says', async ({ oss }) => {
  await oss.put('a-bucket', 'a', 'hello');
  oss.configureBucket('a-bucket', { acl: 'public-read' });
  const read = () => send(oss, { method: 'GET', path: '/a-bucket/a', headers: {} });
  expect((await account(oss, 'GET')).text).toContain('<BlockPublicAccess>false</BlockPublicAccess>');
  expect((await read()).status).toBe(200);
  expect((await account(oss, 'PUT')).status).toBe(200);
  expect((await account(oss, 'GET')).text).toContain('<BlockPublicAccess>true</BlockPublicAccess>');
  expect(await read()).toMatchObject({ status: 403, ec: '0003-00000001' });
  expect(oss.journal.entries().at(-1)?.decision).toContain(
    'public access is blocked: the ACL public-read does not count',
  );
  expect((await account(oss, 'DELETE')).status).toBe(204);
  expect((await read()).status).toBe(200);
});

ossTest('where public access is blocked, no upload, setting or policy makes anything public', async ({ oss }) => {
  await oss.put('a-bucket', 'a', 'hello');
  const begun = await ask(oss, { method: 'POST', query: { uploads: null } });
  const uploadId = /<UploadId>([^<]*)</.exec(begun.text)?.[1] ?? '';
  await account(oss, 'PUT');
  const everybody = policy({
    Effect: 'Allow',
    Action: 'oss:GetObject',
    Principal: ['*'],
    Resource: 'acs:oss:*:*:a-bucket/*',
  });
  const copy = { ...PUBLIC, 'x-oss-copy-source': '/a-bucket/a' };
  const attempts = [
    ask(oss, { method: 'PUT', headers: PUBLIC }, 'x'),
    ask(oss, { method: 'PUT', headers: copy }),
    ask(oss, { method: 'POST', key: 'log', query: { append: null, position: '0' }, headers: PUBLIC }, 'x'),
    ask(oss, { method: 'PUT', query: { symlink: null }, headers: { ...PUBLIC, 'x-oss-symlink-target': 'a' } }),
    ask(oss, { method: 'POST', query: { uploads: null }, headers: PUBLIC }),
    ask(oss, { method: 'POST', query: { uploadId }, headers: PUBLIC }, '<CompleteMultipartUpload/>'),
    ask(oss, { method: 'PUT', query: { acl: null }, headers: PUBLIC }),
    postForm(oss, 'a-bucket', { fields: { ...signForm(oss, 'v4'), ...PUBLIC } }),
  ];
  for (const answer of await Promise.all(attempts)) {
    expect(answer).toMatchObject({ status: 403, code: 'AccessDenied', ec: '0016-00000901' });
    expect(answer.text).toContain('<Message>Put public object acl is not allowed</Message>');
  }
  const ofBucket = { method: 'PUT', bucket: 'new-bucket', headers: { 'x-oss-acl': 'public-read' } } as const;
  for (const query of [{}, { acl: null }]) {
    const answer = await call(oss, { ...ofBucket, query, scheme: 'v4-header' });
    expect(answer.text).toContain('<Message>Put public bucket acl is not allowed</Message>');
  }
  expect((await call(oss, { bucket: 'new-bucket', scheme: 'v4-header' })).code).toBe('NoSuchBucket');
  const wanted = { method: 'PUT', bucket: 'a-bucket', query: { policy: null }, scheme: 'v4-header' } as const;
  const refused = await call(oss, wanted, JSON.stringify(everybody));
  expect(refused).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect(refused.text).toContain('<Message>Put public bucket policy is not allowed</Message>');
});
