import { describe, expect, it } from 'vitest';
import { toLocalOssOptions } from '../src/bin/options.ts';
import { startLocalOss } from '../src/index.ts';
import { ossTest } from '../src/vitest.ts';
import { call, send } from './kit.ts';

describe('startLocalOss', () => {
  it('is ready in less than 300 ms', async () => {
    const times: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const start = performance.now();
      const oss = await startLocalOss();
      times.push(performance.now() - start);
      await oss.close();
    }
    expect(Math.min(...times)).toBeLessThan(300);
  });

  it('listens on the loopback address unless told otherwise', async () => {
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
    await expect(oss.put('a-bucket', '/a', '')).rejects.toThrow('InvalidObjectName');
    await oss.close();
  });

  it('keeps the newest requests in its journal, and not all of them', async () => {
    const oss = await startLocalOss();
    for (let index = 0; index < 40; index += 1) await send(oss, { method: 'GET', path: `/x-${index}`, headers: {} });
    expect(oss.journal.entries().at(-1)?.target).toBe('/x-39');
    oss.journal.clear();
    expect(oss.journal.entries()).toEqual([]);
    await oss.close();
  });
});

describe('the command line', () => {
  it('warns of addresses that let other machines in', () => {
    expect(toLocalOssOptions({}).warning).toBeUndefined();
    expect(toLocalOssOptions({ host: '127.0.0.1' }).warning).toBeUndefined();
    expect(toLocalOssOptions({ host: '0.0.0.0' }).warning).toContain('other machines');
  });

  it('refuses a port that is none', () => {
    expect(toLocalOssOptions({ port: '8080' }).options.port).toBe(8080);
    expect(() => toLocalOssOptions({ port: 'http' })).toThrow(RangeError);
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
