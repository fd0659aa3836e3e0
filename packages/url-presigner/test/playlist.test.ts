import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPresigner } from '../src/create-presigner.ts';
import { signPlaylist } from '../src/playlist.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss();
  for (const key of ['hls/a/seg 1.ts', 'hls/init.mp4', 'hls/a/all.ts', 'root.key', 'hls/a/low.m3u8']) {
    await oss.put('my-bucket', key, key);
  }
});
afterAll(() => oss.close());

const sign = (text: string, options: { readonly host?: 'public' } = {}): Promise<string> => {
  const where = options.host === undefined ? { endpoint: oss.endpoint } : {};
  const region = options.host === undefined ? oss.region : 'cn-hangzhou';
  const presigner = createPresigner({ ...where, region, bucket: 'my-bucket', credentials: oss.owner });
  return signPlaylist(text, { presigner, key: 'hls/a/index.m3u8', link: { expiresIn: '4h' } });
};

describe('signPlaylist', () => {
  it('makes every URI of the bucket a link that works, and keeps all else', async () => {
    const text = [
      '#EXTM3U',
      `#EXT-X-KEY:METHOD=AES-128,URI="/my-bucket/root.key",IV=0x1`,
      '#EXT-X-MAP:URI="../init.mp4",BYTERANGE="4@0"',
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
    const lines = (await sign(text)).split('\r\n');
    const kept = text
      .split('\r\n')
      .map((line, index) => (line.startsWith('#') && !line.includes('URI=') ? line : lines[index]));
    expect(lines).toEqual(kept);
    expect(lines[7]).toBe(lines[9]);
    expect(lines[1]).toMatch(/^#EXT-X-KEY:METHOD=AES-128,URI="[^"]+",IV=0x1$/);
    const urls = lines.join('\n').match(/http:[^"\n]+/g) ?? [];
    const bodies = await Promise.all(urls.map(async (url) => (await fetch(url)).text()));
    expect(bodies).toEqual([
      'root.key',
      'hls/init.mp4',
      'hls/a/seg 1.ts',
      'hls/a/all.ts',
      'hls/a/all.ts',
      'hls/a/low.m3u8',
    ]);
    expect(urls.every((url) => url.includes('x-oss-expires=14400'))).toBe(true);
  });

  it('keeps query strings, signed', async () => {
    const { searchParams } = new URL(await sign('seg%201.ts?part=1&flag', { host: 'public' }));
    expect([searchParams.get('part'), searchParams.get('flag')]).toEqual(['1', '']);
  });

  it.each([
    'https://cdn.example.com/a.ts',
    '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://key"',
    '#EXT-X-KEY:METHOD=AES-128,URI="data:text/plain;base64,AAAA"',
    'https://other-bucket.oss-cn-hangzhou.aliyuncs.com/a.ts',
  ])('leaves what is not in the bucket: %s', async (line) => {
    expect(await sign(line, { host: 'public' })).toBe(line);
  });

  it('signs absolute URLs of the bucket under another of its hosts', async () => {
    const uri = 'https://my-bucket.oss-cn-hangzhou-internal.aliyuncs.com/hls/a/x.ts';
    const { host, pathname } = new URL(await sign(uri, { host: 'public' }));
    expect([host, pathname]).toEqual(['my-bucket.oss-cn-hangzhou.aliyuncs.com', '/hls/a/x.ts']);
  });

  it('never leaves the bucket by dot segments', async () => {
    expect(new URL(await sign('../../../../x.ts', { host: 'public' })).pathname).toBe('/x.ts');
  });
});
