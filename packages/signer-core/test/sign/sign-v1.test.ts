import { describe, expect, it } from 'vitest';
import type { OssRequest } from '../../src/request/request.ts';
import { signHeadersV1, signUrlV1 } from '../../src/sign/sign-v1.ts';
import { signHeadersV4, signUrlV4 } from '../../src/sign/sign-v4.ts';
import { canonicalResourceV1, stringToSignV1 } from '../../src/steps/v1.ts';
import { AT, FOUR_SIGNERS, GET, OWNER, SESSION, signatureOf } from '../four-signers.ts';
import { parseWireUrl } from '../parse-wire-url.ts';

describe('signUrlV1', () => {
  it('writes an absolute Expires, counted from the floored second', () => {
    const date = new Date('2024-05-06T07:08:09.999Z');
    const { path, origin } = signUrlV1(GET, OWNER, { date, expiresInSeconds: 900 });
    expect(parseWireUrl(origin + path).query['Expires']).toBe(String(Date.UTC(2024, 4, 6, 7, 23, 9) / 1000));
  });

  it('has no maximum, as OSS documents none', () => {
    const { path } = signUrlV1(GET, OWNER, { ...AT, expiresInSeconds: 10 * 365 * 86_400 });
    expect(path).toContain('Expires=');
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, 9e12, Number.MAX_SAFE_INTEGER])(
    'refuses %s as a lifetime',
    (expiresInSeconds) => {
      expect(() => signUrlV1(GET, OWNER, { ...AT, expiresInSeconds })).toThrow(RangeError);
    },
  );

  it('names the token security-token, which V1 signs in a URL', () => {
    expect(parseWireUrl(`https://h${signUrlV1(GET, SESSION, AT).path}`).query).toEqual({
      OSSAccessKeyId: SESSION.accessKeyId,
      Expires: '1714980189',
      Signature: expect.stringMatching(/^[A-Za-z0-9+/]{27}=$/),
      'security-token': SESSION.securityToken,
    });
  });

  it('escapes +, / and = of the signature: form decoding would turn + into a space', () => {
    const paths = Array.from({ length: 64 }, (_, index) => signUrlV1({ ...GET, key: `k${index}` }, OWNER, AT).path);
    const written = paths.map((path) => /Signature=([^&]*)/.exec(path)?.[1] ?? '');
    expect(written.filter((text) => !/^(?:[A-Za-z0-9]|%2B|%2F|%3D)+$/.test(text))).toEqual([]);
    expect(written.some((text) => text.includes('%2B')) && written.some((text) => text.includes('%2F'))).toBe(true);
  });
});

describe('signHeadersV1', () => {
  it('sends x-oss-date, which browsers may set, and signs it', () => {
    const { headers, path } = signHeadersV1(GET, SESSION, AT);
    expect(headers).toEqual({
      'x-oss-date': 'Mon, 06 May 2024 07:08:09 GMT',
      'x-oss-security-token': SESSION.securityToken,
      authorization: expect.stringMatching(/^OSS STS\.example:[A-Za-z0-9+/]{27}=$/),
    });
    expect(path).toBe('/dir/a%20b.txt');
  });

  it('takes an x-oss-date of the very same second, and refuses another', () => {
    const same = { 'X-OSS-Date': 'Mon, 06 May 2024 07:08:09 GMT' };
    expect(signHeadersV1({ ...GET, headers: same }, OWNER, AT)).toEqual(signHeadersV1(GET, OWNER, AT));
    const other = { 'x-oss-date': 'Mon, 06 May 2024 07:08:10 GMT' };
    expect(() => signHeadersV1({ ...GET, headers: other }, OWNER, AT)).toThrowError(
      expect.objectContaining({ code: 'RESERVED_NAME' }),
    );
  });

  it('needs no region', () => {
    const { region: _region, ...endpoint } = GET.endpoint;
    expect(signHeadersV1({ ...GET, endpoint }, OWNER, AT)).toEqual(signHeadersV1(GET, OWNER, AT));
  });
});

const v1 = FOUR_SIGNERS.filter(({ version }) => version === 'v1');
const refusal = (code: string): unknown => expect.objectContaining({ name: 'SigningError', code });

describe('what V1 cannot tell apart', () => {
  it('is real: a key with "?" and another key with parameters have one string to sign', () => {
    const text = (key: string, query: [string, string][]): string => {
      const resource = canonicalResourceV1({ bucket: 'b-1', key, query });
      return stringToSignV1({ method: 'GET', headers: new Map(), dateLine: '0', resource });
    };
    expect(text('a.txt?response-expires=0', [])).toBe(text('a.txt', [['response-expires', '0']]));
    expect(text('a.txt', [['versionId', '1&x-oss-process=x']])).toBe(
      text('a.txt', [
        ['versionId', '1'],
        ['x-oss-process', 'x'],
      ]),
    );
  });
});

describe.each(v1.map((signer) => [signer.name, signer] as const))('%s', (_name, signer) => {
  const signing = (changes: Partial<OssRequest>) => () => signer.sign({ ...GET, ...changes }, OWNER, AT);

  it.each(['a.txt?response-expires=0', '?', 'a?', '?acl', 'dir/?x/y', 'a.txt?utm_source=1'])(
    'refuses key %j',
    (key) => {
      expect(signing({ key })).toThrowError(refusal('KEY_AMBIGUOUS_IN_V1'));
      expect(signing({ key })).toThrowError(/Use V4/);
    },
  );

  it.each([
    ['response-content-disposition', 'attachment; filename="a&b"'],
    ['versionId', '1&x-oss-process=image/info'],
    ['x-oss-process', '&'],
    ['x-oss-new&versionId', '1'],
    ['x-oss-new=1', ''],
  ])('refuses parameter %j with value %j', (name, value) => {
    expect(signing({ query: { [name]: value } })).toThrowError(refusal('VALUE_AMBIGUOUS_IN_V1'));
  });

  it('takes "=", "?" and "%26" in a value: they end nothing', () => {
    for (const value of ['image/watermark,text_5Lit5paH+/=', 'a?b', 'a%26b']) {
      expect(signing({ query: { 'x-oss-process': value } })().path).toContain(encodeURIComponent(value));
    }
  });

  it('takes "&" in a parameter that V1 does not sign', () => {
    expect(signing({ query: { utm_source: 'a&b' } })().path).toContain('utm_source=a%26b');
    expect(signatureOf(signing({ query: { utm_source: 'a&b' } })())).toBe(signatureOf(signing({})()));
  });
});

it('V4 signs what V1 refuses, each to its own signature', () => {
  for (const sign of [signHeadersV4, signUrlV4]) {
    const one = sign({ ...GET, key: 'a.txt?response-expires=0' }, OWNER, AT);
    const other = sign({ ...GET, key: 'a.txt', query: { 'response-expires': '0' } }, OWNER, AT);
    expect(signatureOf(one)).not.toBe(signatureOf(other));
    expect(one.path).toMatch(/^\/a\.txt%3Fresponse-expires%3D0/);
    expect(sign({ ...GET, query: { 'response-content-type': 'a&b' } }, OWNER, AT).path).toContain('a%26b');
  }
});

it('V1 keys without "?" are not affected', () => {
  for (const sign of [signHeadersV1, signUrlV1]) {
    expect(sign({ ...GET, key: 'a&b=c.txt' }, OWNER, AT).path).toMatch(/^\/a%26b%3Dc\.txt/);
  }
});
