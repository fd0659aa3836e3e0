import { expect } from 'vitest';
import { ossTest } from '../../src/vitest.ts';
import { call, policy, send } from '../kit.ts';

ossTest('a missing bucket is NoSuchBucket, whoever asks', async ({ oss }) => {
  const nobody = { accessKeyId: 'nobody', accessKeySecret: 'x' };
  for (const query of [{}, { acl: null }, { bucketInfo: null }, { uploads: null }]) {
    const answer = await call(oss, { bucket: 'no-bucket', query, credentials: nobody, scheme: 'v4-header' });
    expect(answer).toMatchObject({ status: 404, code: 'NoSuchBucket' });
  }
  const put = await call(oss, { method: 'PUT', bucket: 'no-bucket', query: { cors: null }, credentials: nobody });
  expect(put).toMatchObject({ status: 404, code: 'NoSuchBucket' });
  const create = await call(oss, { method: 'PUT', bucket: 'no-bucket', credentials: nobody });
  expect(create).toMatchObject({ status: 403, code: 'InvalidAccessKeyId' });
  const headers = { origin: 'https://a.example', 'access-control-request-method': 'GET' };
  const preflight = await send(oss, { method: 'OPTIONS', path: '/no-bucket/a', headers });
  expect(preflight).toMatchObject({ status: 404, code: 'NoSuchBucket' });
});

ossTest('PutBucketAcl creates a missing bucket, for who may create one', async ({ oss }) => {
  const putAcl = (credentials = oss.owner) => {
    const headers = { 'x-oss-acl': 'public-read' };
    return call(oss, {
      method: 'PUT',
      bucket: 'new-bucket',
      query: { acl: null },
      headers,
      credentials,
      scheme: 'v4-header',
    });
  };
  const user = oss.addUser({
    name: 'acl',
    policies: [policy({ Effect: 'Allow', Action: 'oss:PutBucketAcl', Resource: '*' })],
  });
  expect((await putAcl(user)).code).toBe('AccessDenied');
  const created = await putAcl();
  expect([created.status, created.headers['location']]).toEqual([200, '/new-bucket']);
  const again = await putAcl(user);
  expect([again.status, again.headers['location']]).toEqual([200, undefined]);
});

ossTest(
  'a bucket policy without Principal is kept: its Deny is for everybody, its Allow for nobody',
  async ({ oss }) => {
    await oss.put('a-bucket', 'a', 'hello world');
    const put = (Effect: string) => {
      const text = JSON.stringify(policy({ Effect, Action: 'oss:GetObject', Resource: 'acs:oss:*:*:a-bucket/*' }));
      return call(oss, { method: 'PUT', bucket: 'a-bucket', query: { policy: null }, scheme: 'v4-header' }, text);
    };
    const user = oss.addUser({ name: 'reader' });
    expect((await put('Allow')).status).toBe(200);
    expect((await call(oss, { bucket: 'a-bucket', key: 'a', credentials: user })).status).toBe(403);
    expect((await put('Deny')).status).toBe(200);
    expect((await call(oss, { bucket: 'a-bucket', key: 'a' })).ec).toBe('0003-00000101');
  },
);

ossTest('PutObject ignores a bare parameter that OSS does not know', async ({ oss }) => {
  await oss.createBucket('a-bucket');
  const put = await call(
    oss,
    { method: 'PUT', bucket: 'a-bucket', key: 'a', query: { v: null, cachebuster: '' } },
    'hello',
  );
  expect(put.status).toBe(200);
  expect((await call(oss, { bucket: 'a-bucket', key: 'a' })).text).toBe('hello');
});

ossTest('life cycle rules may come with x-oss-allow-same-action-overlap', async ({ oss }) => {
  await oss.createBucket('a-bucket');
  const rule = '<Rule><Prefix>a</Prefix><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>';
  const headers = { 'x-oss-allow-same-action-overlap': 'true' };
  const ask = { method: 'PUT', bucket: 'a-bucket', query: { lifecycle: null }, headers, scheme: 'v4-header' } as const;
  expect((await call(oss, ask, `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`)).status).toBe(200);
});
