import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { startLocalOss } from '../../../src/start-local-oss.ts';
import { assume, call, policy, type Answer, type Ask } from '../../kit.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss({ now: new Date('2026-11-23T12:00:00Z') });
  await oss.put('state-bucket', 'target', 'hello world', { headers: { 'content-type': 'text/plain' } });
});
afterAll(() => oss.close());

const ask = (key: string, extra: Partial<Ask> = {}): Promise<Answer> =>
  call(oss, { bucket: 'state-bucket', key, scheme: 'v4-header', ...extra });
const link = (key: string, target: string, own: Record<string, string> = {}): Promise<Answer> => {
  const headers = { 'x-oss-symlink-target': encodeURIComponent(target), ...own };
  return ask(key, { method: 'PUT', query: { symlink: '' }, headers });
};

it('serves what a symlink points to, under the type Symlink', async () => {
  const own = { 'content-type': 'application/x-link', 'x-oss-meta-a': 'of the link' };
  expect((await link('link', 'target', own)).status).toBe(200);
  const target = (await ask('target', { method: 'HEAD' })).headers;
  for (const method of ['GET', 'HEAD']) {
    const { headers } = await ask('link', { method });
    expect(headers).toMatchObject({ 'x-oss-object-type': 'Symlink', ...own });
    for (const name of ['etag', 'content-md5', 'content-length', 'x-oss-storage-class']) {
      expect(headers[name], name).toBe(target[name]);
    }
  }
  expect((await ask('link')).text).toBe('hello world');
  const meta = await ask('link', { method: 'HEAD', query: { objectMeta: null } });
  expect(meta.headers['content-length']).toBe('0');
  expect((await ask('link', { query: { symlink: '' } })).headers['x-oss-symlink-target']).toBe('target');
  expect((await ask('target', { query: { symlink: '' } })).code).toBe('NotSymlink');
});

it('refuses a symlink to nothing and to a symlink', async () => {
  await link('dangling', 'none');
  expect(await ask('dangling')).toMatchObject({ status: 404, code: 'SymlinkTargetNotExist' });
  await link('second', 'dangling');
  expect(await ask('second')).toMatchObject({ status: 400, code: 'InvalidTargetType' });
});

it('asks for the right to read the target too', async () => {
  await link('link', 'target');
  const credentials = await assume(oss, {
    policy: policy({ Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:state-bucket/link' }),
  });
  expect(await ask('link', { credentials })).toMatchObject({ status: 403, ec: '0003-00000301' });
});

it('takes an archived object through frozen, restoring, restored and frozen again', async () => {
  await ask('old', { method: 'PUT', headers: { 'x-oss-storage-class': 'Archive' } });
  const restore = (): Promise<Answer> => ask('old', { method: 'POST', query: { restore: '' } });
  expect(await ask('old')).toMatchObject({ status: 403, code: 'InvalidObjectState', ec: '0016-00000404' });
  expect((await ask('old', { method: 'HEAD' })).headers).not.toHaveProperty('x-oss-restore');
  expect((await restore()).status).toBe(202);
  expect((await restore()).code).toBe('RestoreAlreadyInProgress');
  expect((await ask('old', { method: 'HEAD' })).headers['x-oss-restore']).toBe('ongoing-request="true"');
  for (const query of [{ prefix: 'old' }, { versions: null, prefix: 'old' }]) {
    const { text } = await call(oss, { bucket: 'state-bucket', query, scheme: 'v4-header' });
    expect(text).toContain('<RestoreInfo>ongoing-request="true"</RestoreInfo>');
  }
  expect((await ask('old')).status).toBe(403);
  oss.clock.advance(60_000);
  expect((await ask('old', { method: 'HEAD' })).headers['x-oss-restore']).toMatch(
    /^ongoing-request="false", expiry-date="/,
  );
  expect((await ask('old')).status).toBe(200);
  expect((await restore()).status).toBe(200);
  oss.clock.advance(86_400_000);
  expect((await ask('old')).status).toBe(403);
});

it('refuses to restore what is not archived', async () => {
  expect((await ask('target', { method: 'POST', query: { restore: '' } })).code).toBe('OperationNotSupported');
});
