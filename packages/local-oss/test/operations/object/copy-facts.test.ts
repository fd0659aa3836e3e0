import { expect } from 'vitest';
import { ossTest } from '../../../src/vitest.ts';
import { call } from '../../kit.ts';

ossTest('a copy onto itself keeps the ACL, and a replacement without a type keeps the type', async ({ oss }) => {
  const headers = { 'content-type': 'text/x-own', 'x-oss-meta-a': '1' };
  await oss.put('copy-bucket', 'a', 'hello world', { acl: 'public-read', headers });
  const copied = async (key: string) => {
    const replace = { 'x-oss-copy-source': '/copy-bucket/a', 'x-oss-metadata-directive': 'REPLACE' };
    const ask = { method: 'PUT', bucket: 'copy-bucket', key, scheme: 'v4-header' } as const;
    expect((await call(oss, { ...ask, headers: { ...replace, 'x-oss-meta-b': '2' } })).status).toBe(200);
    return (await call(oss, { bucket: 'copy-bucket', key })).headers;
  };
  expect(await copied('a')).toMatchObject({ 'content-type': 'text/x-own', 'x-oss-meta-b': '2' });
  expect((await call(oss, { bucket: 'copy-bucket', key: 'a', query: { acl: null } })).text).toContain('public-read');
  expect(await copied('b')).toMatchObject({ 'content-type': 'text/x-own', 'x-oss-meta-b': '2' });
  expect((await call(oss, { bucket: 'copy-bucket', key: 'b', query: { acl: null } })).text).toContain('default');
});
