import { type LocalOss, startLocalOss } from '@ossgrant/local-oss';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createPresigner } from '../src/create-presigner.ts';
import { contentDisposition } from '../src/parameter-values.ts';
import type { PresignerOptions, PresignFields, PresignWarning } from '../src/presigner.ts';
import { presignerFor } from './presigner-for.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss();
  await oss.put('my-bucket', 'a.txt', 'content');
});
afterAll(() => oss.close());

const presigner = (options: Partial<PresignerOptions> = {}) => presignerFor(oss, options);

const parameters = async (fields: PresignFields): Promise<URLSearchParams> =>
  new URL((await presigner().presign(fields)).url).searchParams;

describe('requester pays and bindings to a network', () => {
  it('are signed parameters', async () => {
    const query = await parameters({
      key: 'a.txt',
      requestPayer: 'requester',
      sourceIp: '203.0.113.0/24',
      vpcId: 'vpc-1',
    });
    expect(query.get('x-oss-request-payer')).toBe('requester');
    expect(query.get('x-oss-ac-source-ip')).toBe('203.0.113.0');
    expect(query.get('x-oss-ac-subnet-mask')).toBe('24');
    expect(query.get('x-oss-ac-vpc-id')).toBe('vpc-1');
  });

  it.each([
    ['203.0.113.7', '32'],
    ['2001:db8::1', '128'],
    ['2001:db8::/32', '32'],
  ])('take %s with mask %s', async (sourceIp, mask) => {
    expect((await parameters({ key: 'a.txt', sourceIp })).get('x-oss-ac-subnet-mask')).toBe(mask);
  });

  it.each([
    { sourceIp: '203.0.113.256' },
    { sourceIp: '1.2.3' },
    { sourceIp: '1.2.3.4/33' },
    { sourceIp: '1.2.3.4/0' },
    { sourceIp: '1.2.3.4/' },
    { sourceIp: 'example.com' },
    { vpcId: 'vpc 1' },
  ])('refuse %j', async (fields) => {
    await expect(parameters({ key: 'a.txt', ...fields })).rejects.toThrow(/sourceIp|vpcId/);
  });
});

describe('preventCaching', () => {
  it('makes the answer itself say that it must not be kept', async () => {
    const { url } = await presigner().presign({ key: 'a.txt', preventCaching: true });
    expect((await fetch(url)).headers.get('cache-control')).toBe('private, no-store');
  });

  it('is refused beside another cache control and beside a stable window', async () => {
    const both = presigner().presign({ key: 'a', preventCaching: true, response: { cacheControl: 'public' } });
    await expect(both).rejects.toThrow('two options set');
    const stable = presigner().presign({ key: 'a', preventCaching: true, stableWindow: '15m' });
    await expect(stable).rejects.toThrow('stableWindow');
  });
});

describe('stableWindow', () => {
  const at = (now: number, version: 'v4' | 'v1' = 'v4') =>
    presigner({ version, clock: { now: () => now, monotonic: () => 0 } });
  const start = Date.parse('2026-01-01T10:00:00Z');

  it.each(['v4', 'v1'] as const)('gives one %s URL within the window and another one after it', async (version) => {
    const fields = { key: 'a.txt', expiresIn: '10m', stableWindow: '15m' } as const;
    const urls = [];
    for (const ms of [0, 1, 899_999, 900_000]) urls.push((await at(start + ms, version).presign(fields)).url);
    expect(new Set(urls.slice(0, 3)).size).toBe(1);
    expect(urls[3]).not.toBe(urls[0]);
  });

  it('leaves the last holder in the window all of expiresIn', async () => {
    const link = await at(start + 899_999).presign({ key: 'a.txt', expiresIn: '10m', stableWindow: '15m' });
    expect(link.expiration).toEqual(new Date(start + 1_500_000));
    expect(new URL(link.url).searchParams.get('x-oss-expires')).toBe('1500');
  });

  it('counts an end in the past by the clock, not by the window', async () => {
    const failure = at(start + 60_000).presign({
      key: 'a',
      expiresAt: new Date(start + 30_000),
      stableWindow: '15m',
    });
    await expect(failure).rejects.toMatchObject({ code: 'EXPIRED_ALREADY' });
  });

  it('does not pass seven days together with the life', async () => {
    const failure = at(start).presign({ key: 'a', expiresIn: '7d', stableWindow: '1h' });
    await expect(failure).rejects.toMatchObject({ code: 'LIFETIME_TOO_LONG' });
  });
});

it('headTwin signs a HEAD link that works beside the GET link', async () => {
  const { url, headUrl = '' } = await presigner().presign({ key: 'a.txt', headTwin: true });
  expect((await fetch(headUrl, { method: 'HEAD' })).status).toBe(200);
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(403);
  expect(await (await fetch(url)).text()).toBe('content');
});

describe('markup that a browser would show', () => {
  it.each<Partial<PresignFields>>([
    { key: 'a.html', download: { disposition: 'inline' } },
    { key: 'a.SVG', response: { contentDisposition: ' Inline; filename="x"' } },
    { key: 'a', download: { disposition: 'inline', filename: 'a.xml' } },
    { key: 'a', response: { contentType: 'text/html; charset=utf-8' } },
    // Browsers take the last type of a list, look for markup in unknown types, and read "+xml" and multipart.
    { key: 'a', response: { contentType: 'text/plain, text/html' } },
    { key: 'a', response: { contentType: 'text/plain;x=",text/html"' } },
    { key: 'a', response: { contentType: 'application/unknown' } },
    { key: 'a', response: { contentType: '*/*' } },
    { key: 'a', response: { contentType: 'text' } },
    { key: 'a', response: { contentType: 'multipart/x-mixed-replace' } },
    { key: 'a', response: { contentType: 'image/x+xml' } },
    { key: 'a', response: { contentType: 'text/javascript' } },
    { key: 'a.png', response: { contentType: ' text/html' } },
    { key: 'a', query: { 'response-content-type': null } },
    { key: 'a', query: { 'Response-Content-Type': 'text/html' } },
    // A disposition that is present and not "attachment" shows the object, whatever it says.
    { key: 'a.html', response: { contentDisposition: 'none' } },
    { key: 'a.html', response: { contentDisposition: 'filename="attachment"' } },
    { key: 'a.html', response: { contentDisposition: 'attachments' } },
    { key: 'a.html', query: { 'response-content-disposition': '' } },
    { key: 'a', response: { contentType: 'text/html', contentDisposition: 'x, attachment' } },
    // A name says what the object's own type probably is.
    { key: 'report', download: { disposition: 'inline' } },
    { key: 'a.js', download: { disposition: 'inline' } },
    { key: 'a.html', download: { disposition: 'inline', filename: 'a.png' } },
    { key: 'a', response: { contentType: 'image/svg+xml' } },
    { key: 'a', query: { 'response-content-type': 'TEXT/HTML' } },
  ])('is refused: %j', async (fields) => {
    const failure = presigner().presign({ key: 'a', ...fields });
    await expect(failure).rejects.toMatchObject({ code: 'INLINE_MARKUP' });
  });

  it.each<Partial<PresignFields>>([
    { key: 'a.html', download: { disposition: 'attachment' } },
    { key: 'a.html', download: { disposition: 'inline' }, response: { contentType: 'text/plain' } },
    { key: 'a.pdf', download: { disposition: 'inline' } },
    { key: 'a.PNG', download: { disposition: 'inline', filename: 'b.jpeg' } },
    { key: 'a', response: { contentType: 'image/png', contentDisposition: 'inline' } },
    { key: 'a', response: { contentType: 'text/plain;charset="utf-8"' } },
    { key: 'a', response: { contentType: 'video/mp4' } },
    { key: 'a', response: { contentType: 'text/html', contentDisposition: 'ATTACHMENT ; filename="a"' } },
    { key: 'a.html' },
    { key: 'a.html', response: { cacheControl: 'no-store' } },
    { key: 'a', download: {}, response: { contentType: 'text/html' } },
    { key: 'a.html', download: { disposition: 'inline' }, allowInlineMarkup: true },
  ])('is signed where it is saved, of another type, or allowed: %j', async (fields) => {
    await expect(presigner().presign({ key: 'a', ...fields })).resolves.toHaveProperty('url');
  });
});

describe('the host of one link', () => {
  const owner = () => presigner({ endpoint: 'oss-cn-hangzhou.aliyuncs.com', region: 'cn-hangzhou' });

  it.each([
    [{ network: 'internal' }, 'my-bucket.oss-cn-hangzhou-internal.aliyuncs.com'],
    [{ network: 'accelerate' }, 'my-bucket.oss-accelerate.aliyuncs.com'],
    [{ network: 'dual-stack' }, 'my-bucket.cn-hangzhou.oss.aliyuncs.com'],
    [{ endpoint: 'files.example.com', addressing: 'cname' }, 'files.example.com'],
    [{ endpoint: 'http://127.0.0.1:9000' }, '127.0.0.1:9000'],
  ] as const)('%j', async (endpoint, host) => {
    const { url } = await owner().presign({ key: 'a.txt', endpoint });
    expect(new URL(url).host).toBe(host);
    expect(url).toContain('%2Fcn-hangzhou%2Foss%2F');
  });

  it('may be a cloud box, which signs with its own id and product', async () => {
    const endpoint = { endpoint: 'cb-f8z7yvzgwfkl9q0h.cn-shanghai.oss-cloudbox.aliyuncs.com' };
    const { url } = await owner().presign({ key: 'a.txt', endpoint });
    expect(url).toContain('%2Fcb-f8z7yvzgwfkl9q0h%2Foss-cloudbox%2F');
  });

  it('never takes the id of a cloud box for a region', async () => {
    const box = createPresigner({
      endpoint: 'cb-f8z7yvzgwfkl9q0h.cn-shanghai.oss-cloudbox.aliyuncs.com',
      bucket: 'my-bucket',
      credentials: oss.owner,
    });
    await expect(box.presign({ key: 'a', endpoint: { network: 'public' } })).rejects.toThrow('give a region');
  });
});

describe('contentDisposition', () => {
  it.each([
    [{}, 'attachment'],
    [{ disposition: 'inline' as const }, 'inline'],
    [{ filename: 'report 1.pdf' }, 'attachment; filename="report 1.pdf"'],
    [{ filename: 'a/b\\c.txt' }, 'attachment; filename="c.txt"'],
    [{ filename: '报告.pdf' }, 'attachment; filename="__.pdf"; filename*=UTF-8\'\'%E6%8A%A5%E5%91%8A.pdf'],
    [{ filename: 'a"b%c&d.txt' }, 'attachment; filename="a_b_c_d.txt"; filename*=UTF-8\'\'a%22b%25c%26d.txt'],
    [{ filename: "it's (1)*.txt" }, 'attachment; filename="it\'s (1)*.txt"'],
  ])('writes %j', (download, expected) => {
    expect(contentDisposition(download)).toBe(expected);
  });

  it('is printable ASCII that names the exact file, whatever the name', () => {
    const names = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((name) => !/[/\\]|[\p{Cc}\p{Surrogate}]|^\.{1,2}$/u.test(name));
    fc.assert(
      fc.property(names, (filename) => {
        const value = contentDisposition({ filename });
        expect(value).toMatch(/^[\x20-\x7e]*$/);
        const exact = /filename\*=UTF-8''(.*)$/.exec(value)?.[1];
        const plain = /filename="([^"]*)"/.exec(value)?.[1];
        expect(exact === undefined ? plain : decodeURIComponent(exact)).toBe(filename);
      }),
    );
  });
});

const credentials = { accessKeyId: 'id', accessKeySecret: 's' };
const codes = async (fields: PresignFields, options: Partial<PresignerOptions> = {}) => {
  const inHangzhou = createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', credentials, ...options });
  return (await inHangzhou.presign(fields)).warnings?.map(({ code }) => code);
};

describe('warnings of a link', () => {
  it.each<[PresignWarning['code'], PresignFields]>([
    ['KEY_IS_URL', { key: 'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/a.txt' }],
    ['KEY_IS_URL', { key: 'oss://my-bucket/a.txt' }],
    ['PARAMETER_IN_KEY', { key: 'a.jpg?x-oss-process=image/resize,w_9' }],
    ['KEY_ENCODED', { key: '%E6%8A%A5%E5%91%8A.pdf' }],
    ['KEY_ENCODED', { key: 'dir%2Fa.pdf' }],
    ['WATERMARK_BASE64', { key: 'a.jpg', process: 'image/watermark,text_SGVsbG8+,size_10' }],
    ['WATERMARK_BASE64', { key: 'a.jpg', process: 'image/watermark,text_SGV/sbG8,size_10' }],
    ['INLINE_ON_DEFAULT_DOMAIN', { key: 'a.pdf', download: { disposition: 'inline' } }],
    ['APP_ON_DEFAULT_DOMAIN', { key: 'app.APK' }],
  ])('say %s: %j', async (code, fields) => {
    expect(await codes(fields)).toEqual([code]);
  });

  it.each<PresignFields>([
    { key: '目录/a b+c.txt' },
    { key: '100% of it.txt' },
    { key: 'why?.txt' },
    { key: 'a.jpg', process: 'image/watermark,text_SGVsbG8-_w/resize,w_100' },
    { key: 'a.jpg', process: 'image/resize,w_100/format,webp' },
    { key: 'a.pdf', download: { filename: 'b.pdf' } },
  ])('are absent for %j', async (fields) => {
    expect(await codes(fields)).toBeUndefined();
  });

  it('do not warn of a custom domain what only OSS’s own domains refuse', async () => {
    const endpoint = { endpoint: 'files.example.com', addressing: 'cname' } as const;
    expect(await codes({ key: 'app.apk', endpoint })).toBeUndefined();
    expect(await codes({ key: 'a.pdf', download: { disposition: 'inline' }, endpoint })).toBeUndefined();
  });

  it('stand beside the HEAD link', async () => {
    const inHangzhou = createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', credentials });
    const link = await inHangzhou.presign({ key: 'a%20b', headTwin: true });
    expect(link).toMatchObject({ headUrl: expect.any(String), warnings: [{ code: 'KEY_ENCODED' }] });
  });
});

it('says once that V1 is retiring, and nothing for V4', async () => {
  const onWarning = vi.fn<NonNullable<PresignerOptions['onWarning']>>();
  await codes({ key: 'a' }, { version: 'v1', onWarning });
  await codes({ key: 'b' }, { onWarning });
  expect(onWarning.mock.calls.map(([warning]) => warning.code)).toEqual(['V1_IS_RETIRING']);
});
