import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPresigner } from '../../src/create-presigner.ts';
import { inspectUrl } from '../../src/inspect/inspect-url.ts';
import type { LinkWarning } from '../../src/inspect/link-warnings.ts';
import type { PresignFields } from '../../src/presigner.ts';

// Of the length and the letters of a real one.
const TOKEN = 'CAISvAJ1q6Ft5B2yfSjIr5bkD8/Xh7Jx+ZGybGPnjW4yO+lvhPTGuTz2IHxMdHJsCewf+/owmWpQ7PgTlrkpF8QVHJ==';
const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 200);
const now = new Date('2026-01-01T00:00:00Z');
const clock = { now: () => now.getTime(), monotonic: () => 0 };
const credentials = { accessKeyId: 'STS.NUgYrLnoC37mZZCNnAbez', accessKeySecret: 's', securityToken: TOKEN };

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
    ['my-bucket.oss-cn-hzfinance.aliyuncs.com', 'public', 'my-bucket'],
    ['my-bucket.oss-cn-hzjbp-a-internal.aliyuncs.com', 'internal', 'my-bucket'],
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
    ['EXPIRES_INVALID', (url) => url.replace('x-oss-expires=900', 'x-oss-expires=604801')],
    ['EXPIRES_INVALID', (url) => url.replace('x-oss-expires=900', 'x-oss-expires=1767226500')],
    ['EXPIRES_INVALID', (url) => url.replace('x-oss-expires=900', 'x-oss-expires=0')],
    ['EXPIRES_INVALID', (url) => url.replace('x-oss-expires=900', 'x-oss-expires=15m')],
    ['DATE_INVALID', (url) => url.replace('20260101T000000Z', '2026-01-01T00:00:00Z')],
    ['SIGNATURE_INCOMPLETE', (url) => url.replace(/x-oss-date=[^&]*&/, '')],
    ['SIGNATURE_INCOMPLETE', (url) => url.replace(/x-oss-expires=[^&]*&/, '')],
    ['SIGNATURE_INCOMPLETE', (url) => url.replace(/x-oss-credential=[^&]*&/, '')],
    ['SCOPE_INVALID', (url) => url.replace('20260101%2F', '20260102%2F')],
    ['SCOPE_INVALID', (url) => url.replace('%2Foss%2F', '%2Fs3%2F')],
    ['SCOPE_INVALID', (url) => url.replace('aliyun_v4_request', 'aws4_request')],
    ['TOKEN_ENDS_SOONER', (url) => url.replace('x-oss-expires=900', 'x-oss-expires=43201')],
    ['DUPLICATE_PARAMETER', (url) => `${url}&x-oss-expires=60`],
    ['HTML_ON_DEFAULT_DOMAIN', (url) => url.replace('a.txt', 'a.html')],
    ['SLASH_DECODED', (url) => url.replaceAll('%2Fcn-', '/cn-')],
    ['SLASH_DECODED', (url) => url.replace('/a.txt', '/../a.txt')],
    ['PLUS_UNESCAPED', (url) => url.replace('%2B', '+')],
    ['DOUBLE_ENCODED', (url) => url.replace('%E7', '%25E7')],
    ['CUT_OFF', (url) => url.slice(0, -1)],
    ['HTML_ESCAPED', (url) => url.replace('&x-oss-signature', '&amp;x-oss-signature')],
    ['TOKEN_MISSING', (url) => url.replace(/&x-oss-security-token=[^&]*/, '')],
    ['EXPIRED', (url) => url.replaceAll('20260101T000000Z', '20251231T234500Z').replace('20260101%2F', '20251231%2F')],
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

  it.each([
    ['OVER_SEVEN_DAYS', '1767830401'],
    ['EXPIRES_INVALID', '1767226500000'],
    ['EXPIRES_INVALID', '1767226500.5'],
    ['EXPIRES_INVALID', '2026-01-01'],
  ])('%s in a V1 link', (code, expires) => {
    const url = `https://b.oss-cn-hangzhou.aliyuncs.com/k?OSSAccessKeyId=LTAI5tExample&Expires=${expires}&Signature=${'A'.repeat(27)}%3D`;
    expect(codes(url)).toContain(code);
  });

  it('does not ask for TLS on this machine', () => {
    expect(codes('http://127.0.0.1:9000/my-bucket/a')).toEqual([]);
  });
});

describe('the end of a link with temporary credentials', () => {
  it('is never later than a token can live, whatever the link names', async () => {
    const url = (await link()).replace('x-oss-expires=900', 'x-oss-expires=604800');
    const inspection = inspectUrl(url, { now });
    expect(inspection).toMatchObject({ end: new Date('2026-01-01T12:00:00Z'), secondsLeft: 43_200 });
    expect(inspection.warnings.map(({ code }) => code)).toContain('TOKEN_ENDS_SOONER');
  });

  it('counts from now for V1, which names no date', async () => {
    const url = (await link({}, 'v1')).replace(/Expires=\d+/, 'Expires=1798761600');
    expect(inspectUrl(url, { now })).toMatchObject({ end: new Date('2026-01-01T12:00:00Z'), secondsLeft: 43_200 });
  });

  it('is absent where OSS accepts none', async () => {
    const inspection = inspectUrl((await link()).replace('x-oss-expires=900', 'x-oss-expires=9999999'), { now });
    expect(inspection).not.toHaveProperty('end');
    expect(inspection).not.toHaveProperty('secondsLeft');
  });
});

describe('parameters that a link has twice', () => {
  it('count as servers read them: the first', async () => {
    const url = await link({ response: { contentLanguage: 'en' } });
    const twice = `${url}&response-content-language=zh&x-oss-expires=60`;
    expect(inspectUrl(twice, { now })).toMatchObject({
      parameters: { 'response-content-language': 'en' },
      secondsLeft: 900,
    });
  });
});

/** What happens to links on their way. */
const DAMAGE: Readonly<Record<string, (url: string) => string>> = {
  none: (url) => url,
  'HTML entities': (url) => url.replaceAll('&', '&amp;'),
  'numeric entities': (url) => url.replaceAll('&', '&#38;').replaceAll('=', '&#61;'),
  'an encoded question mark': (url) => url.replace('?', '%3F'),
  'encoded equals signs': (url) => url.replaceAll('=', '%3D'),
  'encoded ampersands': (url) => url.replaceAll('&', '%26'),
  'upper case': (url) => url.replaceAll(/[?&][^=]*/g, (name) => name.toUpperCase()),
  'a parameter of another URL': (url) => `https://go.example.com/?target=${encodeURIComponent(url)}&n=1`,
  'a parameter of a parameter': (url) =>
    `https://go.example.com/?a=${encodeURIComponent(`https://x.example.com/?b=${encodeURIComponent(url)}`)}`,
  'a path': (url) => `https://go.example.com/${url}`,
  'an encoded path': (url) => `https://go.example.com/${encodeURIComponent(url)}/x`,
  'JSON escapes': (url) => url.replaceAll('&', String.raw`\u0026`),
  'quoted-printable': (url) => url.replaceAll('=', '=3D'),
  'a line break': (url) => url.replace(/.{150}/g, '$&\r\n'),
  'a second encoding': (url) => url.replaceAll('%', '%25'),
  'other names': (url) => url.replaceAll(/[?&]([\w-]*)(?=ignature=|token=)/gi, '&my-$1'),
  'a user and password': (url) => url.replace('https://', 'https://admin:Signature@'),
  'another order': (url) => url.replace(/\?(.*)/, (_, query: string) => `?${query.split('&').toReversed().join('&')}`),
  semicolons: (url) => url.replaceAll('&', ';'),
};

describe('inspectUrl of a link that was damaged', () => {
  const cases = Object.keys(DAMAGE).flatMap((name) => [[name, 'v4'] as const, [name, 'v1'] as const]);

  it.each(cases)('shows no secret under %s (%s)', async (name, version) => {
    const url = await link({ response: { contentLanguage: 'en' } }, version);
    const secrets = [...url.matchAll(/(?:ignature|security-token)=([^&]+)/g)].flatMap(([, value = '']) => [
      value,
      decodeURIComponent(value),
    ]);
    const inspection = inspectUrl(DAMAGE[name]?.(url) ?? '', { now });
    const shown = JSON.stringify(inspection) + Object.entries(inspection.parameters).join('\n');
    expect(secrets.length).toBeGreaterThanOrEqual(4);
    for (const secret of secrets) {
      expect(shown).not.toContain(secret);
      // Nor the better part of one.
      if (secret.length > 24) expect(shown).not.toContain(secret.slice(0, 24));
    }
    expect(shown).not.toContain(credentials.accessKeyId);
  });

  it('shows no secret under any two of them', async () => {
    const [v4, v1] = [await link(), await link({}, 'v1')];
    const damage = fc.constantFrom(...Object.values(DAMAGE));
    fc.assert(
      fc.property(fc.constantFrom(v4, v1), damage, damage, (url, first, second) => {
        const signature = /ignature=([^&]+)$/.exec(url)?.[1] ?? /Signature=([^&]+)/.exec(url)?.[1] ?? '-';
        const shown = JSON.stringify(inspectUrl(second(first(url)), { now }));
        expect(shown).not.toContain(decodeURIComponent(signature).slice(0, 20));
        expect(shown).not.toContain(credentials.securityToken.slice(0, 20));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('inspectUrl of what is not a link', () => {
  it.each([undefined, null, 5, {}, ['https://a.example.com']])('is a TypeError: %j', (text) => {
    expect(() => inspectUrl(text as never)).toThrow(new TypeError('inspectUrl: text must be a string'));
  });

  it('is a TypeError for options that are wrong', () => {
    expect(() => inspectUrl('https://a.example.com', { now: 5 } as never)).toThrow(
      'inspectUrl: now must be a valid Date',
    );
    expect(() => inspectUrl('https://a.example.com', { at: now } as never)).toThrow('inspectUrl has no option "at"');
  });

  it('is refused where it is longer than any link, and does not repeat it', () => {
    expect(() => inspectUrl(`https://a.example.com/${'secret'.repeat(10_000)}`)).toThrow(RangeError);
    expect(() => inspectUrl(`https://a.example.com/${'secret'.repeat(10_000)}`)).not.toThrow('secret');
  });

  it('ignores what stands around it', async () => {
    const url = await link();
    expect(inspectUrl(` <"${url}">\n`, { now })).toEqual(inspectUrl(url, { now }));
  });
});
