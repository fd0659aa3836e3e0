import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { ObjectChanges } from '../src/local-oss.ts';
import { startLocalOss } from '../src/start-local-oss.ts';
import { ossTest } from '../src/vitest.ts';
import { call, send } from './kit.ts';

describe('startLocalOss', () => {
  it('loads what only https and tokens need when they are asked for, not at the start', async () => {
    const folder = join(import.meta.dirname, '../src');
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'));
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    const early = /^import (?!type )[^;]* from '(jose|node-forge)'/m;
    expect(files.filter((_, index) => early.test(texts[index] ?? ''))).toEqual([]);
    expect(texts.filter((text) => /await import\('(jose|node-forge)'\)/.test(text))).toHaveLength(3);
  });

  it('listens on the loopback address by default', async () => {
    const oss = await startLocalOss();
    expect(oss.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await oss.close();
    await oss.close();
  });

  it('gives variables that its own clients understand', async () => {
    const oss = await startLocalOss();
    const environment = oss.environment();
    expect(environment['OSS_ACCESS_KEY_ID']).toBe(oss.owner.accessKeyId);
    expect(environment['ALIBABA_CLOUD_STS_ENDPOINT']).toBe(oss.endpoint);
    await oss.close();
  });

  it('refuses a policy, a bucket and an object that it cannot use', async () => {
    const oss = await startLocalOss();
    await oss.createBucket('a-bucket');
    expect(() => oss.configureBucket('no-bucket', {})).toThrow(RangeError);
    expect(() => oss.configureBucket('a-bucket', { policy: '{}' })).toThrow('Version');
    expect(() => oss.configureObject('a-bucket', 'none', { acl: 'private' })).toThrow(RangeError);
    expect(() => oss.addRole({ name: 'short', maxSessionSeconds: 900 })).toThrow(RangeError);
    expect(() => oss.expireToken({ accessKeyId: 'STS.none' })).toThrow(RangeError);
    expect(() => oss.disableKey('nope')).toThrow(RangeError);
    await expect(oss.createBucket('A')).rejects.toThrow(RangeError);
    await expect(oss.put('a-bucket', '/a', '')).rejects.toThrow(RangeError);
    await expect(oss.put('a-bucket', 'a', '', { headers: { 'a b': '' } })).rejects.toThrow(RangeError);
    await oss.put('a-bucket', 'a', '');
    const unknown = { storageClass: 'Cold' } as unknown as ObjectChanges;
    expect(() => oss.configureObject('a-bucket', 'a', unknown)).toThrow(RangeError);
    await expect(oss.put('a-bucket', 'a', '', unknown)).rejects.toThrow(RangeError);
    await oss.close();
  });

  it('answers although onRequest throws, and reports it', async () => {
    const report = vi.spyOn(console, 'error').mockReturnValue();
    const failure = new Error('boom');
    const oss = await startLocalOss({
      onRequest: () => {
        throw failure;
      },
    });
    expect((await send(oss, { method: 'GET', path: '/a-bucket/a', headers: {} })).status).toBe(404);
    await oss.close();
    expect(report.mock.calls).toEqual([['local-oss: onRequest threw', failure]]);
    report.mockRestore();
  });

  it.each([
    ['0.0.0.0', /^http:\/\/127\.0\.0\.1:/],
    ['::', /^http:\/\/\[::1\]:/],
  ])('warns that other machines can reach %s, and has an endpoint to connect to', async (host, endpoint) => {
    const warned = once(process, 'warning');
    const oss = await startLocalOss({ host });
    expect(oss.endpoint).toMatch(endpoint);
    expect((await send(oss, { method: 'GET', path: '/a-bucket/a', headers: {} })).status).toBe(404);
    await oss.close();
    expect(String((await warned)[0])).toContain('accepts connections from other machines');
  });
});

ossTest('the fixture gives each test a server of its own', async ({ oss }) => {
  await oss.put('own-bucket', 'a', 'hello world');
  expect((await call(oss, { bucket: 'own-bucket', key: 'a' })).text).toBe('hello world');
});

describe('uploads', () => {
  ossTest('deliver the refusal of a large upload that was refused at its first byte', async ({ oss }) => {
    await oss.createBucket('a-bucket');
    const headers = { authorization: 'OSS nobody:sig', date: oss.clock.now().toUTCString() };
    const answer = await send(oss, { method: 'PUT', path: '/a-bucket/large', headers }, Buffer.alloc(32 << 20));
    expect(answer).toMatchObject({ status: 403, code: 'InvalidAccessKeyId' });
  });

  ossTest('ask for the body only when it is wanted', async ({ oss }) => {
    await oss.createBucket('a-bucket');
    const path = '/a-bucket/large';
    const refused = await send(oss, {
      method: 'PUT',
      path,
      headers: { expect: '100-continue', 'content-length': '5' },
    });
    expect(refused.status).toBe(403);
    const signed = await call(
      oss,
      { method: 'PUT', bucket: 'a-bucket', key: 'large', scheme: 'v4-header', headers: { expect: '100-continue' } },
      'hello',
    );
    expect(signed.status).toBe(200);
  });

  ossTest('are refused when their MD5 differs or they exist and must not', async ({ oss }) => {
    await oss.put('a-bucket', 'a', 'old');
    const put = (headers: Record<string, string>) =>
      call(oss, { method: 'PUT', bucket: 'a-bucket', key: 'a', scheme: 'v4-header', headers }, 'hello world');
    expect((await put({ 'content-md5': 'XrY7u+Ae7tCTyyK7j1rNwx==' })).code).toBe('InvalidDigest');
    expect((await put({ 'x-oss-forbid-overwrite': 'true' })).code).toBe('FileAlreadyExists');
    expect((await call(oss, { bucket: 'a-bucket', key: 'a' })).text).toBe('old');
    expect((await put({ 'content-md5': 'XrY7u+Ae7tCTyyK7j1rNww==' })).status).toBe(200);
  });
});
