import { describe, expect, it } from 'vitest';
import { createPresigner } from '../../src/create-presigner.ts';
import { inspectUrl } from '../../src/inspect/inspect-url.ts';
import type { LinkWarning } from '../../src/inspect/link-warnings.ts';
import type { PresignFields } from '../../src/presigner.ts';

const now = new Date('2026-01-01T00:00:00Z');
const clock = { now: () => now.getTime(), monotonic: () => 0 };
const credentials = { accessKeyId: 'STS.NUgYrLnoC37mZZCNnAbez', accessKeySecret: 's', securityToken: 'CAIS+/=token' };

const link = async (fields: Partial<PresignFields> = {}, version: 'v4' | 'v1' = 'v4'): Promise<string> => {
  const presigner = createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', credentials, clock, version });
  return (await presigner.presign({ key: '目录/a.txt', ...fields })).url;
};
const codes = (url: string): readonly LinkWarning['code'][] =>
  inspectUrl(url, { now }).warnings.map(({ code }) => code);

describe('inspectUrl', () => {
  it('reads a V4 link', async () => {
    const url = await link({ trafficLimit: 819_200, additionalHeaders: ['host'] });
    expect(inspectUrl(url, { now })).toEqual({
      scheme: 'oss-v4',
      host: 'my-bucket.oss-cn-hangzhou.aliyuncs.com',
      hostKind: 'public',
      bucket: 'my-bucket',
      key: '目录/a.txt',
      parameters: { 'x-oss-traffic-limit': '819200' },
      accessKeyId: 'STS.…Abez',
      scope: { day: '20260101', region: 'cn-hangzhou', product: 'oss' },
      additionalHeaders: ['host'],
      start: now,
      end: new Date('2026-01-01T00:15:00Z'),
      secondsLeft: 900,
      hasToken: true,
      warnings: [],
    });
  });

  it('reads a V1 link, which has no start and no scope', async () => {
    const inspection = inspectUrl(await link({}, 'v1'), { now });
    expect(inspection).toMatchObject({ scheme: 'oss-v1', key: '目录/a.txt', secondsLeft: 900, hasToken: true });
    expect(inspection).not.toHaveProperty('start');
    expect(inspection).not.toHaveProperty('scope');
  });

  it.each([
    [
      'oss-v2',
      'x-oss-signature-version=OSS2&x-oss-expires=1767225660&x-oss-access-key-id=LTAIexample1&x-oss-signature=x',
    ],
    [
      's3-v4',
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAexample1%2F20260101%2Fcn-hangzhou%2Fs3%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-Signature=x',
    ],
    ['s3-v2', 'AWSAccessKeyId=AKIAexample1&Expires=1767225660&Signature=x'],
  ])('reads %s', (scheme, query) => {
    expect(inspectUrl(`https://b.oss-cn-hangzhou.aliyuncs.com/k?${query}`, { now })).toMatchObject({
      scheme,
      key: 'k',
      end: new Date('2026-01-01T00:01:00Z'),
      secondsLeft: 60,
    });
  });

  it.each([
    ['my-bucket.oss-cn-hangzhou-internal.aliyuncs.com', 'internal', 'my-bucket'],
    ['my-bucket.oss-accelerate.aliyuncs.com', 'accelerate', 'my-bucket'],
    ['my-bucket.cn-hangzhou.oss.aliyuncs.com', 'dual-stack', 'my-bucket'],
    ['my-bucket.cb-f8z7yvzgwfkl9q0h.cn-shanghai.oss-cloudbox.aliyuncs.com', 'cloud-box', 'my-bucket'],
    ['files.example.com', 'custom-domain', undefined],
    ['my-bucket.localhost:9000', 'local', 'my-bucket'],
  ])('reads the host %s', (host, hostKind, bucket) => {
    const inspection = inspectUrl(`https://${host}/dir/a`, { now });
    expect(inspection).toMatchObject({ scheme: 'none', host, hostKind, key: 'dir/a' });
    expect(inspection.bucket).toBe(bucket);
  });

  it('takes the bucket from the path of an address', () => {
    expect(inspectUrl('http://127.0.0.1:9000/my-bucket/a%2Fb', { now })).toMatchObject({
      bucket: 'my-bucket',
      key: 'a/b',
    });
  });

  it.each(['v4', 'v1'] as const)('never shows the signature or the token of a %s link', async (version) => {
    const url = await link({}, version);
    const shown = JSON.stringify(inspectUrl(url, { now }));
    for (const [, value = ''] of url.matchAll(/(?:ignature|security-token)=([^&]+)/g)) {
      expect(shown).not.toContain(value);
      expect(shown).not.toContain(decodeURIComponent(value));
    }
    expect(shown).not.toContain(credentials.accessKeyId);
  });
});

describe('warnings', () => {
  it.each<[LinkWarning['code'], (url: string) => string]>([
    ['NO_TLS', (url) => url.replace('https:', 'http:')],
    ['OVER_SEVEN_DAYS', (url) => url.replace('x-oss-expires=900', 'x-oss-expires=604801')],
    ['HTML_ON_DEFAULT_DOMAIN', (url) => url.replace('a.txt', 'a.html')],
    ['SLASH_DECODED', (url) => url.replaceAll('%2Fcn-', '/cn-')],
    ['SLASH_DECODED', (url) => url.replace('/a.txt', '/../a.txt')],
    ['PLUS_UNESCAPED', (url) => url.replace('%2B', '+')],
    ['DOUBLE_ENCODED', (url) => url.replace('%E7', '%25E7')],
    ['CUT_OFF', (url) => url.slice(0, -1)],
    ['HTML_ESCAPED', (url) => url.replace('&x-oss-signature', '&amp;x-oss-signature')],
    ['TOKEN_MISSING', (url) => url.replace(/&x-oss-security-token=[^&]*/, '')],
    ['EXPIRED', (url) => url.replaceAll('20260101T000000Z', '20251231T234500Z')],
    ['NOT_YET_VALID', (url) => url.replaceAll('20260101T000000Z', '20260101T001501Z')],
  ])('%s', async (code, change) => {
    const url = await link();
    expect(codes(url)).toEqual([]);
    expect(codes(change(url))).toEqual([code]);
  });

  it('none for a file name in other letters, which the header itself encodes', async () => {
    const url = await link({ download: { filename: '年度 报告 (1).pdf' } });
    expect(url).toContain('%25E5%25B9%25B4');
    expect(codes(url)).toEqual([]);
    expect(codes(url.replaceAll('%', '%25'))).toContain('DOUBLE_ENCODED');
  });

  it('V1', async () => expect(codes(await link({}, 'v1'))).toEqual(['V1']));

  it('does not ask for TLS on this machine', () => {
    expect(codes('http://127.0.0.1:9000/my-bucket/a')).toEqual([]);
  });
});
