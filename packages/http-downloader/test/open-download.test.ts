import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Credentials } from '@ossgrant/credentials-core';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { resolveEndpoint, signUrlV1, signUrlV4 } from '@ossgrant/signer-core';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { DownloadError } from '../src/download-error.ts';
import { openDownload } from '../src/open-download.ts';
import type { RequestSource } from '../src/request-source.ts';
import { fromObject } from '../src/sources/from-object.ts';
import { fromLinks, fromUrl } from '../src/sources/from-url.ts';

const CONTENT = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 31) % 251));
const HASH = createHash('sha256').update(CONTENT).digest('hex');

let oss: LocalOss;
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('my-bucket', 'dir/a b.bin', CONTENT);
});
afterEach(() => oss.close());

const endpoint = () => ({ endpoint: oss.endpoint, region: oss.region });
const clock = { now: () => oss.clock.now().getTime(), monotonic: () => performance.now() };

function link(sign: typeof signUrlV4 = signUrlV4, key = 'dir/a b.bin'): string {
  const request = { method: 'GET', endpoint: resolveEndpoint(endpoint()), bucket: 'my-bucket', key };
  const signed = sign(request, oss.owner, { date: oss.clock.now(), expiresInSeconds: 60 });
  return signed.origin + signed.path;
}

const object = (credentials: Parameters<typeof fromObject>[0]['credentials'], key = 'dir/a b.bin'): RequestSource =>
  fromObject({ ...endpoint(), credentials, bucket: 'my-bucket', key, clock });

async function read(source: RequestSource) {
  const { body, done, info } = await openDownload(source);
  const hash = createHash('sha256');
  for await (const chunk of body) hash.update(chunk);
  return { hash: hash.digest('hex'), info, result: await done };
}

describe('openDownload', () => {
  it.each([
    ['a V4 link', () => fromUrl(link(signUrlV4))],
    ['a V1 link', () => fromUrl(link(signUrlV1))],
    ['signed headers', () => object(oss.owner)],
    [
      'V1 headers',
      () =>
        fromObject({
          ...endpoint(),
          credentials: oss.owner,
          bucket: 'my-bucket',
          key: 'dir/a b.bin',
          version: 'v1',
          clock,
        }),
    ],
  ])('gets the very bytes by %s', async (_, source) => {
    const { hash, info, result } = await read(source());
    expect(hash).toBe(HASH);
    expect(result).toMatchObject({ bytes: CONTENT.length, verified: 'crc64', attempts: 1, resumedFrom: 0 });
    expect(result.crc64).toBe(info.crc64);
    expect(info).toMatchObject({ size: CONTENT.length, etag: expect.any(String) as string });
  });

  it('gets an empty object', async () => {
    await oss.put('my-bucket', 'empty', '');
    const { result } = await read(object(oss.owner, 'empty'));
    expect(result).toMatchObject({ bytes: 0, crc64: 0n, verified: 'crc64' });
  });

  it('reports progress up to the whole size', async () => {
    const seen: number[] = [];
    const { body } = await openDownload(object(oss.owner), {
      onProgress: ({ receivedBytes, totalBytes }) => {
        expect(totalBytes).toBe(CONTENT.length);
        seen.push(receivedBytes);
      },
    });
    for await (const _ of body);
    expect(seen.at(-1)).toBe(CONTENT.length);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('distinguishes a missing object, an expired link and a changed link', async () => {
    const expired = link();
    const code = (source: RequestSource) => openDownload(source).catch((error: DownloadError) => error.code);
    expect(await code(fromUrl(link(signUrlV4, 'missing')))).toBe('NOT_FOUND');
    expect(await code(fromUrl(`${link()}0`))).toBe('SIGNATURE_MISMATCH');
    expect(await code(fromUrl(`${oss.endpoint}/my-bucket/dir/a%20b.bin`))).toBe('ACCESS_DENIED');
    oss.clock.advance(61_000);
    expect(await code(fromUrl(expired))).toBe('LINK_EXPIRED');
  });

  it('keeps OSS’s codes and request id, and neither signature nor link', async () => {
    const url = `${link()}0`;
    const error = await openDownload(fromUrl(url)).catch((thrown: DownloadError) => thrown);
    expect(error).toMatchObject({
      status: 403,
      serviceCode: 'SignatureDoesNotMatch',
      ec: '0002-00000201',
      requestId: expect.stringMatching(/^[0-9A-F]{24}$/) as string,
    });
    expect(String((error as Error).stack)).not.toContain(new URL(url).searchParams.get('x-oss-signature'));
  });

  it('asks for a fresh link once when the one it has expired', async () => {
    const expired = link();
    oss.clock.advance(61_000);
    const links = [expired, link()];
    const source = fromLinks(async () => links.shift() as string, 'my-bucket/a b.bin');
    expect(await read(source)).toMatchObject({ hash: HASH, result: { attempts: 2 } });
    expect(links).toHaveLength(0);
  });

  it('leaves the shared wait for a link to the others when one aborts', async () => {
    let give: (url: string) => void = () => {};
    let minted = 0;
    const source = fromLinks(() => {
      minted += 1;
      return new Promise((resolve) => (give = resolve));
    }, 'x');
    const abort = new AbortController();
    const leaving = openDownload(source, { signal: abort.signal });
    const staying = read(source);
    abort.abort(new Error('enough'));
    await expect(leaving).rejects.toThrow('enough');
    give(link());
    expect(await staying).toMatchObject({ hash: HASH });
    expect(minted).toBe(1);
  });

  it('stops asking for a link that nobody waits for any more, and asks again for the next', async () => {
    const asked: AbortSignal[] = [];
    const source = fromLinks((signal) => {
      asked.push(signal);
      return asked.length === 1 ? new Promise(() => {}) : Promise.resolve(link());
    }, 'x');
    const abort = new AbortController();
    const leaving = openDownload(source, { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(leaving).rejects.toThrow('enough');
    expect(asked[0]?.aborted).toBe(true);
    expect(await read(source)).toMatchObject({ hash: HASH });
  });

  it('asks again for a link when what it got was none', async () => {
    const given = ['', link()];
    const source = fromLinks(async () => given.shift() as string, 'x');
    await expect(openDownload(source)).rejects.toThrow('a complete http(s) URL');
    expect(await read(source)).toMatchObject({ hash: HASH });
  });

  it('takes a link that was shown decoded on its way', async () => {
    await oss.put('my-bucket', '目录.bin', CONTENT);
    const shown = link(signUrlV4, '目录.bin').replace(encodeURIComponent('目录'), '目录');
    expect(await read(fromUrl(shown))).toMatchObject({ hash: HASH });
  });

  it('gives up when the fresh link is refused, too', async () => {
    let minted = 0;
    const expired = link();
    oss.clock.advance(61_000);
    const source = fromLinks(async () => `${expired}&${(minted += 1)}`, 'x');
    await expect(openDownload(source)).rejects.toMatchObject({ code: 'LINK_EXPIRED' });
    expect(minted).toBe(2);
  });

  it('takes new credentials once when OSS refuses those it has', async () => {
    const unknown: Credentials = { accessKeyId: 'LTAIgone', accessKeySecret: 'x' };
    const given = [unknown, oss.owner];
    const source = object(() => given.shift() as Credentials);
    expect(await read(source)).toMatchObject({ hash: HASH, result: { attempts: 2 } });
  });

  it('does not retry with credentials that cannot change', async () => {
    const before = oss.journal.entries().length;
    const failure = openDownload(object({ accessKeyId: 'LTAIgone', accessKeySecret: 'x' }));
    await expect(failure).rejects.toMatchObject({ code: 'CREDENTIALS_REJECTED' });
    expect(oss.journal.entries()).toHaveLength(before + 1);
  });

  it('corrects a local clock that is off and signs again', async () => {
    const slow = { now: () => clock.now() - 3_600_000, monotonic: () => 0 };
    const source = fromObject({
      ...endpoint(),
      credentials: oss.owner,
      bucket: 'my-bucket',
      key: 'dir/a b.bin',
      clock: slow,
    });
    const { body, done } = await openDownload(source, { clock: slow });
    for await (const _ of body);
    expect(await done).toMatchObject({ verified: 'crc64', attempts: 2 });
  });

  it('signs again by a clock that was set while the request was on its way', async () => {
    let offset = -3_600_000;
    const set = (): void => void (offset = 0);
    subscribe('ossgrant:download', set);
    onTestFinished(() => void unsubscribe('ossgrant:download', set));
    const wrong = { now: () => clock.now() + offset, monotonic: () => 0 };
    const where = { ...endpoint(), bucket: 'my-bucket', key: 'dir/a b.bin' };
    const source = fromObject({ ...where, credentials: oss.owner, clock: wrong });
    const { body, done } = await openDownload(source, { clock: wrong });
    for await (const _ of body);
    expect(await done).toMatchObject({ verified: 'crc64', attempts: 2 });
  });

  it('ends at once with the signal’s reason', async () => {
    const reason = new Error('enough');
    await expect(openDownload(object(oss.owner), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const abort = new AbortController();
    const { body, done } = await openDownload(object(oss.owner), { signal: abort.signal });
    const run = async (): Promise<void> => {
      for await (const _ of body) abort.abort(reason);
    };
    await expect(run()).rejects.toBe(reason);
    await expect(done).rejects.toBe(reason);
  });

  it('settles `done` when the reader cancels', async () => {
    const { body, done } = await openDownload(object(oss.owner));
    await body.cancel();
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('sources', () => {
  it('name the object without anything secret', () => {
    expect(fromUrl(link()).identity).toBe(`url:${oss.endpoint}/my-bucket/dir/a%20b.bin`);
    expect(object(oss.owner).identity).toBe(`oss:${oss.endpoint}/my-bucket/dir/a b.bin`);
    const processed =
      'https://b.oss-cn-hangzhou.aliyuncs.com/a.png?x-oss-process=style%2Fa&Expires=1&Signature=s&OSSAccessKeyId=i';
    expect(fromUrl(processed).identity).toBe(
      'url:https://b.oss-cn-hangzhou.aliyuncs.com/a.png?x-oss-process=style%2Fa',
    );
  });

  it.each([
    'Expires=1&amp;Signature=SECRET&amp;security-token=SECRET',
    'X-Amz-Signature=SECRET&auth_key=SECRET&sv=SECRET&%53ignature=SECRET&SIGNATURE=SECRET',
    'response-content-type=text%2Fplain&x-oss-traffic-limit=819200&x-oss-signature=SECRET',
    'redirect=https%3A%2F%2Fh%2Fa%3FSignature%3DSECRET',
    'versionId=v%26Signature%3DSECRET',
  ])('name nothing of a link that could be a secret: %s', (query) => {
    const { identity } = fromUrl(`https://b.oss-cn-hangzhou.aliyuncs.com/a?${query}`);
    expect(identity).toMatch(/^url:https:\/\/b.oss-cn-hangzhou.aliyuncs.com\/a(\?versionId=.*)?$/);
    expect(identity).not.toContain('SECRET');
    expect(fromUrl(`https://b.oss-cn-hangzhou.aliyuncs.com/a%3F${query}`).identity).not.toContain('SECRET');
  });

  it.each(['', 'ftp://host/a', 'host/a', 'https://user:pass@host/a', 'https://host/a#b', 'https://host/a b'])(
    'refuse %j as a link without repeating it',
    (text) => {
      expect(() => fromUrl(text)).toThrow(TypeError);
      expect(() => fromUrl(text)).not.toThrow(text || 'nothing to repeat');
    },
  );
});
