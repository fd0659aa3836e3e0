import { describe, expect, it } from 'vitest';
import { resolveEndpoint } from '../../src/endpoint.ts';
import type { OssRequest } from '../../src/request/request.ts';
import { MAX_EXPIRES_SECONDS_V4, signHeadersV4, signUrlV4 } from '../../src/sign/sign-v4.ts';
import { AT, GET, OWNER, SESSION, signatureOf } from '../four-signers.ts';
import { parseWireUrl } from '../parse-wire-url.ts';

const signing = [signHeadersV4, signUrlV4].map((sign) => [sign.name, sign] as const);
const queryOf = (request: OssRequest): Readonly<Record<string, string>> =>
  parseWireUrl(`https://h${signUrlV4(request, SESSION, AT).path}`).query;

describe('the lifetime of a V4 link', () => {
  it('is 1 to 604800 seconds', () => {
    expect(MAX_EXPIRES_SECONDS_V4).toBe(604_800);
    for (const expiresInSeconds of [1, 604_800]) {
      expect(signUrlV4(GET, OWNER, { ...AT, expiresInSeconds }).path).toContain(`x-oss-expires=${expiresInSeconds}&`);
    }
  });

  it.each([0, -1, 604_801, 1.5, 0.999, Number.NaN, Infinity])('is not %s', (seconds) => {
    expect(() => signUrlV4(GET, OWNER, { ...AT, expiresInSeconds: seconds })).toThrow(RangeError);
  });

  it('counts from the floored x-oss-date', () => {
    const { path } = signUrlV4(GET, OWNER, { ...AT, date: new Date('2024-05-06T07:08:09.999Z') });
    expect(path).toContain('x-oss-date=20240506T070809Z&');
  });
});

describe('the query of a V4 link', () => {
  it("holds the token under V4's name, and the whole scope", () => {
    expect(queryOf(GET)).toEqual({
      'x-oss-signature-version': 'OSS4-HMAC-SHA256',
      'x-oss-credential': 'STS.example/20240506/cn-hangzhou/oss/aliyun_v4_request',
      'x-oss-date': '20240506T070809Z',
      'x-oss-expires': '900',
      'x-oss-security-token': SESSION.securityToken,
      'x-oss-signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('ends in the signature', () => {
    expect(signUrlV4({ ...GET, query: { 'x-oss-zzz': '1', zzz: '2' } }, OWNER, AT).path).toMatch(
      /&x-oss-signature=\w{64}$/,
    );
  });

  it('sends no headers for a plain GET', () => {
    expect(signUrlV4(GET, SESSION, AT).headers).toEqual({});
  });
});

describe.each(signing)('additional headers of %s', (_name, sign) => {
  const namesIn = (request: OssRequest): string | undefined => {
    const signed = sign(request, OWNER, AT);
    const inHeader = /AdditionalHeaders=([^,]+),/.exec(signed.headers['authorization'] ?? '')?.[1];
    return inHeader ?? parseWireUrl(`https://h${signed.path}`).query['x-oss-additional-headers'];
  };

  it('bind the signature to the host, without the caller giving it', () => {
    const bound = { ...GET, additionalHeaders: ['Host'] };
    const internal = { ...bound, endpoint: resolveEndpoint({ region: 'cn-hangzhou', network: 'internal' }) };
    expect(namesIn(bound)).toBe('host');
    expect(signatureOf(sign(bound, OWNER, AT))).not.toBe(signatureOf(sign(internal, OWNER, AT)));
    expect(sign(bound, OWNER, AT).headers).not.toHaveProperty('host');
    const stated = { ...bound, headers: { host: 'examplebucket.oss-cn-hangzhou.aliyuncs.com' } };
    expect(signatureOf(sign(stated, OWNER, AT))).toBe(signatureOf(sign(bound, OWNER, AT)));
  });

  it('sign the port that is not the default one', () => {
    const [plain, ported] = ['http://127.0.0.1', 'http://127.0.0.1:9000'].map((endpoint) => {
      const request = {
        ...GET,
        endpoint: resolveEndpoint({ endpoint, region: 'cn-hangzhou' }),
        additionalHeaders: ['host'],
      };
      return signatureOf(sign(request, OWNER, AT));
    });
    expect(plain).not.toBe(ported);
  });

  it('are lower-cased, unique, sorted, and only those that are sent and not signed anyway', () => {
    const headers = { Range: 'bytes=0-1', 'x-oss-meta-a': '1' };
    const additionalHeaders = ['RANGE', 'host', 'range', 'x-oss-meta-a', 'not-sent'];
    expect(namesIn({ ...GET, headers, additionalHeaders })).toBe('host;range');
  });

  it('are left out altogether when none remain', () => {
    expect(namesIn({ ...GET, additionalHeaders: ['not-sent'] })).toBeUndefined();
    expect(sign({ ...GET, additionalHeaders: ['not-sent'] }, OWNER, AT)).toEqual(sign(GET, OWNER, AT));
  });
});

describe.each(signing)('the region of %s', (_name, sign) => {
  it('must be known, and the refusal names the host', () => {
    const endpoint = resolveEndpoint({ network: 'accelerate' });
    expect(() => sign({ ...GET, endpoint }, OWNER, AT)).toThrowError(
      expect.objectContaining({
        code: 'REGION_UNKNOWN',
        message: expect.stringContaining('oss-accelerate.aliyuncs.com'),
      }),
    );
  });

  it('of a cloud box is its id, with the product of cloud boxes', () => {
    const endpoint = resolveEndpoint({ endpoint: 'cb-123.cn-hangzhou.oss-cloudbox.aliyuncs.com' });
    const signed = sign({ ...GET, endpoint }, OWNER, AT);
    expect(decodeURIComponent(signed.path + (signed.headers['authorization'] ?? ''))).toContain(
      'LTAIexample/20240506/cb-123/oss-cloudbox/aliyun_v4_request',
    );
  });
});

describe('signHeadersV4', () => {
  it('sends the date and the payload marker that it signed', () => {
    expect(signHeadersV4(GET, SESSION, AT).headers).toEqual({
      'x-oss-date': '20240506T070809Z',
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-oss-security-token': SESSION.securityToken,
      authorization: expect.stringMatching(
        /^OSS4-HMAC-SHA256 Credential=STS\.example\/20240506\/cn-hangzhou\/oss\/aliyun_v4_request,Signature=[0-9a-f]{64}$/,
      ),
    });
  });

  it.each(['x-oss-date', 'X-Oss-Content-Sha256'])('refuses another %s than its own', (name) => {
    expect(() => signHeadersV4({ ...GET, headers: { [name]: 'other' } }, OWNER, AT)).toThrowError(
      expect.objectContaining({ code: 'RESERVED_NAME' }),
    );
  });
});
