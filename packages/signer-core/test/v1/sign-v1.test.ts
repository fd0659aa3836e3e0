import { describe, expect, it } from 'vitest';
import { signHeadersV1, signUrlV1 } from '../../src/sign/sign-v1.ts';
import { AT, GET, OWNER, SESSION } from '../four-signers.ts';
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

  it.each([0, -1, 1.5, Number.NaN, Infinity, Number.MAX_SAFE_INTEGER, '900' as unknown as number])(
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
