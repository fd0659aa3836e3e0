import type { CredentialRequest, Credentials } from '@ossgrant/credentials-core';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPresigner } from '../src/create-presigner.ts';
import type { PresignerOptions, PresignRequest } from '../src/presigner.ts';
import { presignerFor } from './presigner-for.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss();
  await oss.put('my-bucket', '目录/报告 1+1.txt', 'content');
});
afterAll(() => oss.close());

const presigner = (options: Partial<PresignerOptions> = {}) => presignerFor(oss, options);

describe('presign', () => {
  it.each(['v4', 'v1'] as const)('makes a %s link that a plain GET can use', async (version) => {
    const link = await presigner({ version }).presign({ key: '目录/报告 1+1.txt' });
    const response = await fetch(link.url);
    expect(await response.text()).toBe('content');
    expect(link).toMatchObject({ method: 'GET', signedHeaders: {}, limitedBy: 'request' });
  });

  it('signs V4 by default', async () => {
    const { url } = await presigner().presign({ key: 'a.txt' });
    expect(new URL(url).searchParams.get('x-oss-signature-version')).toBe('OSS4-HMAC-SHA256');
  });

  it('makes a link that ends exactly when it says', async () => {
    const link = await presigner().presign({ key: '目录/报告 1+1.txt', expiresIn: 60 });
    const clock = oss.clock;
    clock.advance(link.expiration.getTime() - clock.now().getTime() - 500);
    expect((await fetch(link.url)).status).toBe(200);
    clock.advance(500);
    const refused = await fetch(link.url);
    expect([refused.status, refused.headers.get('x-oss-ec')]).toEqual([403, '0002-00000069']);
  });

  it('hands on response overrides, file name, traffic limit and version as signed parameters', async () => {
    const { url } = await presigner().presign({
      key: 'a.txt',
      versionId: 'v1',
      response: { contentType: 'text/plain; charset=utf-8', cacheControl: 'no-store' },
      download: { filename: '报告.txt' },
      trafficLimit: 819_200,
      query: { tag: 'x', bare: null },
    });
    const query = new URL(url).searchParams;
    expect(query.get('response-content-type')).toBe('text/plain; charset=utf-8');
    expect(query.get('response-cache-control')).toBe('no-store');
    expect(query.get('response-content-disposition')).toContain("filename*=UTF-8''%E6%8A%A5%E5%91%8A.txt");
    expect(query.get('x-oss-traffic-limit')).toBe('819200');
    expect(query.get('versionId')).toBe('v1');
    expect(query.get('tag')).toBe('x');
    expect(url).toMatch(/[?&]bare&/);
  });

  it('returns the headers that the holder must send', async () => {
    const { signedHeaders } = await presigner().presign({
      key: 'a.txt',
      method: 'PUT',
      headers: { 'Content-Type': 'text/plain' },
    });
    expect(signedHeaders).toEqual({ 'content-type': 'text/plain' });
  });

  it('signs one link for another host and keeps the region', async () => {
    const owner = presigner({ endpoint: 'oss-cn-hangzhou-internal.aliyuncs.com', region: 'cn-hangzhou' });
    const { url } = await owner.presign({ key: 'a.txt', endpoint: { network: 'public' } });
    expect(new URL(url).host).toBe('my-bucket.oss-cn-hangzhou.aliyuncs.com');
    const custom = { endpoint: 'files.example.com', addressing: 'cname' } as const;
    expect(new URL((await owner.presign({ key: 'a.txt', endpoint: custom })).url).host).toBe('files.example.com');
  });

  it.each<[string, PresignRequest]>([
    ['expiresIn', { key: 'a', expiresIn: 0 }],
    ['expiresIn', { key: 'a', expiresIn: '15 minutes' as '15m' }],
    ['expiresAt', { key: 'a', expiresAt: new Date(Number.NaN) }],
    ['expiresIn and expiresAt', { key: 'a', expiresAt: new Date(), expiresIn: 5 } as unknown as PresignRequest],
    ['trafficLimit', { key: 'a', trafficLimit: 1000 }],
    ['versionId', { key: 'a', versionId: 'v', query: { versionId: 'w' } }],
    ['response has no option "nothing"', { key: 'a', response: { nothing: 'x' } as object }],
    ['file name', { key: 'a', download: { filename: 'dir/' } }],
  ])('refuses a wrong %s', async (name, request) => {
    await expect(presigner().presign(request)).rejects.toThrow(name);
  });

  it('refuses a request without a bucket', async () => {
    const without = createPresigner({ region: 'cn-hangzhou', credentials: oss.owner });
    await expect(without.presign({ key: 'a' })).rejects.toThrow('bucket is missing');
  });
});

describe('credentials that end before the link', () => {
  const now = Date.parse('2026-01-01T00:00:00.700Z');
  const clock = { now: () => now, monotonic: () => 0 };
  const expiration = new Date('2026-01-01T00:10:00.900Z');
  const credentials: Credentials = { accessKeyId: 'STS.id', accessKeySecret: 's', securityToken: 't', expiration };
  const base = { region: 'cn-hangzhou', bucket: 'my-bucket', clock };

  it('are an error that names both instants', async () => {
    const failure = createPresigner({ ...base, credentials }).presign({ key: 'a', expiresIn: '15m' });
    await expect(failure).rejects.toMatchObject({ code: 'CREDENTIAL_TOO_SHORT' });
    await expect(failure).rejects.toThrow(/2026-01-01T00:15:00.700Z.*2026-01-01T00:10:00.900Z/);
  });

  it('shorten the link when asked to, down to the whole second, and the result says so', async () => {
    const link = await createPresigner({ ...base, credentials, ifShorter: 'clamp' }).presign({
      key: 'a',
      expiresIn: '15m',
    });
    expect(link).toMatchObject({
      limitedBy: 'credential',
      expiration: new Date('2026-01-01T00:10:00Z'),
      requestedExpiration: new Date('2026-01-01T00:15:00.700Z'),
    });
    expect(new URL(link.url).searchParams.get('x-oss-expires')).toBe('600');
  });

  it('cannot sign any link in their last second', async () => {
    const last = { ...credentials, expiration: new Date(now + 200) };
    const failure = createPresigner({ ...base, credentials: last, ifShorter: 'clamp' }).presign({ key: 'a' });
    await expect(failure).rejects.toMatchObject({ code: 'CREDENTIAL_TOO_SHORT' });
  });

  it('are asked to live as long as the link, so that a provider can refresh first', async () => {
    const asked: (CredentialRequest | undefined)[] = [];
    const provider = {
      getCredentials: async (request?: CredentialRequest): Promise<Credentials> => {
        asked.push(request);
        return { accessKeyId: 'id', accessKeySecret: 's' };
      },
    };
    await createPresigner({ ...base, credentials: provider }).presign({ key: 'a', expiresIn: '2h' });
    expect(asked).toEqual([{ minValidityMs: 7_200_000 }]);
  });
});

describe('V4’s seven days', () => {
  const clock = { now: () => Date.parse('2026-01-01T00:00:00Z'), monotonic: () => 0 };
  const credentials = { accessKeyId: 'id', accessKeySecret: 's' };
  const base = { region: 'cn-hangzhou', bucket: 'my-bucket', clock, credentials };

  it('are an error when a link should live longer', async () => {
    const failure = createPresigner(base).presign({ key: 'a', expiresIn: '8d' });
    await expect(failure).rejects.toMatchObject({ code: 'LIFETIME_TOO_LONG' });
  });

  it('shorten the link when asked to', async () => {
    const link = await createPresigner({ ...base, ifShorter: 'clamp' }).presign({ key: 'a', expiresIn: '8d' });
    expect(link).toMatchObject({ limitedBy: 'signature-version', expiration: new Date('2026-01-08T00:00:00Z') });
  });

  it('do not bind V1', async () => {
    const link = await createPresigner({ ...base, version: 'v1' }).presign({ key: 'a', expiresIn: '8d' });
    expect(link.expiration).toEqual(new Date('2026-01-09T00:00:00Z'));
  });

  it('leave an exact end as it is', async () => {
    const expiresAt = new Date('2026-01-02T03:04:05.999Z');
    const link = await createPresigner(base).presign({ key: 'a', expiresAt });
    expect(link.expiration).toEqual(new Date('2026-01-02T03:04:05Z'));
  });

  it('are not reached by an end in the past, which is refused', async () => {
    const failure = createPresigner(base).presign({ key: 'a', expiresAt: new Date('2025-12-31T23:59:59Z') });
    await expect(failure).rejects.toMatchObject({ code: 'EXPIRED_ALREADY' });
  });
});

describe('presignMany', () => {
  it('makes one bad key one failed result', async () => {
    const results = [];
    for await (const result of presigner().presignMany([{ key: 'a' }, { key: '/bad' }, { key: 'c' }])) {
      results.push(result.ok ? new URL(result.value.url).pathname : result.error.name);
    }
    expect(results).toEqual(['/my-bucket/a', 'SigningError', '/my-bucket/c']);
  });

  it('takes no request before its result is wanted', async () => {
    let taken = 0;
    function* keys(): Generator<PresignRequest> {
      for (;;) yield { key: `k${(taken += 1)}` };
    }
    for await (const result of presigner().presignMany(keys())) {
      expect(result.ok).toBe(true);
      if (taken === 3) break;
    }
    expect(taken).toBe(3);
  });

  it('ends with the signal’s reason when it is aborted', async () => {
    const abort = new AbortController();
    const run = async (): Promise<void> => {
      for await (const _ of presigner().presignMany([{ key: 'a' }, { key: 'b' }], { signal: abort.signal })) {
        abort.abort(new Error('enough'));
      }
    };
    await expect(run()).rejects.toThrow('enough');
  });
});

describe('a literal', () => {
  it('signs without being waited for, and is refused once it has ended', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const expiration = new Date(now + 600_000);
    const credentials = { accessKeyId: 'STS.id', accessKeySecret: 's', securityToken: 't', expiration };
    const clock = { now: () => now, monotonic: () => 0 };
    const owner = createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', clock, credentials });
    const link = await owner.presign({ key: 'a', expiresIn: 60 });
    expect(link.expiration).toEqual(new Date('2026-01-01T00:01:00Z'));
    now += 600_000;
    await expect(owner.presign({ key: 'a', expiresIn: 60 })).rejects.toMatchObject({ code: 'EXPIRED' });
  });

  it('ends a call that is aborted', async () => {
    const credentials = { accessKeyId: 'id', accessKeySecret: 's' };
    const owner = createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', credentials });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(owner.presign({ key: 'a' }, { signal })).rejects.toThrow('enough');
  });
});
