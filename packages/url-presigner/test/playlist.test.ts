import { CredentialError } from '@ossgrant/credentials-core';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPresigner } from '../src/create-presigner.ts';
import { signPlaylist, type PlaylistOptions } from '../src/playlist.ts';
import type { PresignerOptions, PresignRequest } from '../src/presigner.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss();
  for (const key of ['hls/a/seg 1.ts', 'hls/a/init.mp4', 'hls/a/all.ts', 'hls/a/k.key', 'hls/a/low.m3u8']) {
    await oss.put('my-bucket', key, key);
  }
});
afterAll(() => oss.close());

const CREDENTIALS = { accessKeyId: 'id', accessKeySecret: 's' };
const publicPresigner = (options: Partial<PresignerOptions> = {}) =>
  createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', credentials: CREDENTIALS, ...options });

/** Signs one line of a playlist on OSS's own host. */
async function signLine(line: string, options: Partial<PlaylistOptions> = {}) {
  const presigner = publicPresigner();
  const result = await signPlaylist(`#EXTM3U\n${line}`, { presigner, key: 'hls/a/index.m3u8', ...options });
  return { line: result.text.slice('#EXTM3U\n'.length), unsigned: result.unsigned.map(({ code }) => code) };
}

describe('signPlaylist', () => {
  it('makes every URI below its folder a link that works, and keeps all else', async () => {
    const text = [
      '#EXTM3U',
      `#EXT-X-KEY:METHOD=AES-128,URI="/my-bucket/hls/a/k.key",IV=0x1`,
      '#EXT-X-MAP:URI="../a/init.mp4",BYTERANGE="4@0"',
      '#EXTINF:4.0,',
      'seg%201.ts',
      '#EXTINF:4.0,',
      '#EXT-X-BYTERANGE:4@0',
      './all.ts',
      '#EXT-X-BYTERANGE:4@4',
      './all.ts',
      '#EXT-X-STREAM-INF:BANDWIDTH=1',
      `${oss.endpoint}/my-bucket/hls/a/low.m3u8`,
      '',
    ].join('\r\n');
    const presigner = createPresigner({
      endpoint: oss.endpoint,
      region: oss.region,
      bucket: 'my-bucket',
      credentials: oss.owner,
    });
    const result = await signPlaylist(text, { presigner, key: 'hls/a/index.m3u8', link: { expiresIn: '4h' } });
    const lines = result.text.split('\r\n');
    const kept = text
      .split('\r\n')
      .map((line, index) => (line.startsWith('#') && !line.includes('URI=') ? line : lines[index]));
    expect(lines).toEqual(kept);
    expect(result.unsigned).toEqual([]);
    expect(lines[7]).toBe(lines[9]);
    expect(lines[1]).toMatch(/^#EXT-X-KEY:METHOD=AES-128,URI="[^"]+",IV=0x1$/);
    const urls = lines.join('\n').match(/http:[^"\n]+/g) ?? [];
    const bodies = await Promise.all(urls.map(async (url) => (await fetch(url)).text()));
    expect(bodies).toEqual([
      'hls/a/k.key',
      'hls/a/init.mp4',
      'hls/a/seg 1.ts',
      'hls/a/all.ts',
      'hls/a/all.ts',
      'hls/a/low.m3u8',
    ]);
    expect(urls.every((url) => url.includes('x-oss-expires=14400'))).toBe(true);
  });

  it('says when the first of its links ends', async () => {
    const clock = { now: () => Date.parse('2026-01-01T00:00:00Z'), monotonic: () => 0 };
    const presigner = publicPresigner({ clock });
    const text = '#EXTM3U\na.ts\nb.ts';
    const options = { presigner, key: 'hls/index.m3u8', link: { expiresIn: '4h' } } as const;
    expect((await signPlaylist(text, options)).expiration).toEqual(new Date('2026-01-01T04:00:00Z'));
    expect(await signPlaylist('#EXTM3U', options)).toEqual({ text: '#EXTM3U', unsigned: [] });
  });

  it('signs absolute URLs of the bucket under another of its hosts', async () => {
    const { line } = await signLine('https://my-bucket.oss-cn-hangzhou-internal.aliyuncs.com/hls/a/x.ts');
    const { host, pathname } = new URL(line);
    expect([host, pathname]).toEqual(['my-bucket.oss-cn-hangzhou.aliyuncs.com', '/hls/a/x.ts']);
  });

  it('replaces each of several URIs of one tag, and "$" in a key', async () => {
    const { line } = await signLine('#EXT-X-MEDIA:URI="a$&.m3u8",X-URI="b",URI="b.m3u8"');
    const [first = '', second = ''] = [...line.matchAll(/[:,]URI="([^"]+)"/g)].map(([, url = '']) => url);
    expect([first, second].map((url) => decodeURIComponent(new URL(url).pathname))).toEqual([
      '/hls/a/a$&.m3u8',
      '/hls/a/b.m3u8',
    ]);
    expect(line).toContain(',X-URI="b",');
  });
});

describe('a playlist signs nothing beyond its folder', () => {
  it.each([
    '../../tenants/bob/secret.txt',
    '/tenants/bob/secret.txt',
    '%2e%2e/%2e%2e/tenants/bob/secret.txt',
    'x/..%2f..%2f..%2ftenants/bob/secret.txt',
    'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/tenants/bob/secret.txt',
    'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/hls/a/../../tenants/bob/secret.txt',
    '//my-bucket.oss-cn-hangzhou.aliyuncs.com/tenants/bob/secret.txt',
    '../ab/x.ts',
    '../a',
    '.',
  ])('not %s', async (uri) => {
    expect(await signLine(uri)).toEqual({ line: uri, unsigned: ['OUTSIDE'] });
    const tag = `#EXT-X-KEY:METHOD=AES-128,URI="${uri}"`;
    expect(await signLine(tag)).toEqual({ line: tag, unsigned: ['OUTSIDE'] });
  });

  it('but below a wider folder that was given', async () => {
    const { line, unsigned } = await signLine('../init.mp4', { within: 'hls/' });
    expect([new URL(line).pathname, unsigned]).toEqual(['/hls/init.mp4', []]);
    expect((await signLine('../../secret.txt', { within: 'hls/' })).unsigned).toEqual(['OUTSIDE']);
    expect((await signLine('../../x.ts', { within: '' })).unsigned).toEqual([]);
  });

  it('and at the root only its neighbours, unless the whole bucket is given', async () => {
    expect((await signLine('seg.ts', { key: 'index.m3u8' })).unsigned).toEqual([]);
    expect((await signLine('tenants/bob.txt', { key: 'index.m3u8' })).unsigned).toEqual(['OUTSIDE']);
    expect((await signLine('hls/seg.ts', { key: 'index.m3u8', within: '' })).unsigned).toEqual([]);
  });
});

describe('a playlist chooses no operation', () => {
  it.each([
    'seg.ts?acl',
    'seg.ts?x-oss-process=video/snapshot',
    'seg.ts?versionId=1',
    'seg.ts?a=1&Signature=x',
    'seg.ts?uploads',
  ])('of OSS: %s', async (uri) => expect(await signLine(uri)).toEqual({ line: uri, unsigned: ['SUB_RESOURCE'] }));

  it('and what OSS does not read is left out', async () => {
    const { line, unsigned } = await signLine('seg.ts?part=1&flag#t=1');
    const { pathname, searchParams, hash } = new URL(line);
    expect([pathname, searchParams.has('part'), hash, unsigned]).toEqual(['/hls/a/seg.ts', false, '', []]);
  });
});

describe('a line that is odd', () => {
  it.each([
    ['https://cdn.example.com/a.ts', 'OTHER_PLACE'],
    ['#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://key"', 'OTHER_PLACE'],
    ['#EXT-X-KEY:METHOD=AES-128,URI="data:text/plain;base64,AAAA"', 'OTHER_PLACE'],
    ['https://other-bucket.oss-cn-hangzhou.aliyuncs.com/a.ts', 'OTHER_PLACE'],
    ['http://127.0.0.1:1/my-bucket/hls/a/x.ts', 'OTHER_PLACE'],
    ['%zz.ts', 'NOT_SIGNABLE'],
    ['a%00b.ts', 'NOT_SIGNABLE'],
    ['https:///x', 'NOT_SIGNABLE'],
    ['x'.repeat(9000), 'NOT_SIGNABLE'],
    ['x'.repeat(1100), 'NOT_SIGNABLE'],
  ])('stays as it is and is reported: %.60s', async (line, code) => {
    expect(await signLine(line)).toEqual({ line, unsigned: [code] });
  });

  it('does not fail the others, and is reported with its number', async () => {
    const presigner = publicPresigner();
    const text = '#EXTM3U\n#EXTINF:4,\n%zz.ts\n#EXTINF:4,\nb.ts\n../x.ts\n';
    const { text: signed, unsigned } = await signPlaylist(text, { presigner, key: 'hls/index.m3u8' });
    expect(unsigned.map(({ line, code }) => [line, code])).toEqual([
      [3, 'NOT_SIGNABLE'],
      [6, 'OUTSIDE'],
    ]);
    expect(signed).toMatch(/\n%zz\.ts\n#EXTINF:4,\nhttps:[^\n]+\n\.\.\/x\.ts\n$/);
    for (const { message } of unsigned) expect(message).not.toBe('');
  });

  it('fails all where it is about the credentials', async () => {
    let calls = 0;
    const presigner = {
      presign: async (request: PresignRequest) => {
        if ((calls += 1) === 2) throw new CredentialError('gone', { code: 'EXPIRED', retryable: false });
        return publicPresigner().presign(request);
      },
    };
    const failure = signPlaylist('#EXTM3U\na.ts', { presigner, key: 'hls/index.m3u8' });
    await expect(failure).rejects.toMatchObject({ code: 'EXPIRED' });
  });
});

describe('a text that is not a playlist', () => {
  it.each(['', 'seg.ts', '<MPD/>', '#EXTM3U8', '#EXTINF:1,\n#EXTM3U', ' #EXTM3U'])(
    'is refused first: %j',
    async (text) => {
      const presigner = { presign: () => Promise.reject(new Error('asked')) };
      const failure = signPlaylist(text, { presigner, key: 'hls/index.m3u8' });
      await expect(failure).rejects.toMatchObject({ name: 'PresignError', code: 'NOT_A_PLAYLIST' });
    },
  );

  it('but a byte order mark before it is dropped, as players refuse it', async () => {
    const presigner = publicPresigner();
    const { text } = await signPlaylist('\ufeff#EXTM3U\n#EXT-X-ENDLIST\n', { presigner, key: 'hls/index.m3u8' });
    expect(text).toBe('#EXTM3U\n#EXT-X-ENDLIST\n');
  });

  it.each([
    [{ key: undefined }, 'signPlaylist: key is missing'],
    [{ presigner: {} }, 'signPlaylist: presigner must be an object with presign()'],
    [{ within: 'hls' }, 'signPlaylist: within must be a folder that ends in "/", or empty'],
    [{ link: { method: 'PUT' } }, 'signPlaylist: link has no option "method"'],
    [{ link: { key: 'x' } }, 'signPlaylist: link has no option "key"'],
    [{ folder: 'x' }, 'signPlaylist has no option "folder"'],
  ])('and so are options that are wrong: %j', async (options, message) => {
    const failure = signLine('a.ts', options as never);
    await expect(failure).rejects.toThrow(TypeError);
    await expect(failure).rejects.toThrow(message);
    await expect(signPlaylist(5 as never, {} as never)).rejects.toThrow('signPlaylist: text must be a string');
  });

  it('is refused where it is longer than any', async () => {
    const presigner = publicPresigner();
    const text = `#EXTM3U\n${' '.repeat(17_000_000)}`;
    await expect(signPlaylist(text, { presigner, key: 'hls/index.m3u8' })).rejects.toThrow(RangeError);
  });
});
