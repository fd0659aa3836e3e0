import { describe, expect, it } from 'vitest';
import { resolveEndpoint } from '../../src/endpoint.ts';
import type { OssRequest } from '../../src/request/request.ts';
import { createSigningCache } from '../../src/request/signing-cache.ts';
import { AT, FOUR_SIGNERS, GET, OWNER, SESSION } from '../four-signers.ts';

const refusal = (code: string, message = ''): unknown =>
  expect.objectContaining({ name: 'SigningError', code, message: expect.stringContaining(message) });

describe.each(FOUR_SIGNERS.map((signer) => [signer.name, signer] as const))('%s', (_name, signer) => {
  const signing = (changes: Partial<OssRequest>) => () => signer.sign({ ...GET, ...changes }, OWNER, AT);

  it.each(['Authorization', 'X-OSS-Security-Token'])('refuses a %s header, its own or a stale one', (name) => {
    expect(signing({ headers: { [name]: 'x' } })).toThrowError(refusal('RESERVED_NAME', name.toLowerCase()));
  });

  it.each(
    [
      ['OSSAccessKeyId', 'Expires', 'Signature', 'security-token', 'x-oss-access-key-id'],
      ['x-oss-signature-version', 'x-oss-credential', 'x-oss-date', 'x-oss-expires', 'x-oss-additional-headers'],
      ['x-oss-security-token', 'x-oss-signature'],
    ].flat(),
  )('refuses query parameter %s', (name) => {
    expect(signing({ query: { [name]: 'x' } })).toThrowError(refusal('RESERVED_NAME', name));
    expect(signing({ query: { [name]: null } })).toThrowError(refusal('RESERVED_NAME', name));
  });

  it.each(['a\nb', 'a\rb', '\t', '\0', '\u007f', '\ud800'])('refuses %j in a query name or value', (text) => {
    expect(signing({ query: { [text]: '1' } })).toThrowError(refusal('INVALID_TEXT', 'the name of a query parameter'));
    expect(signing({ query: { acl: text } })).toThrowError(refusal('INVALID_TEXT', 'query parameter "acl"'));
  });

  it.each(['', 'GET ', 'GET\n', 'GE T', 'G3T', 'GÉT', '取'])('refuses method %j', (method) => {
    expect(signing({ method })).toThrowError(refusal('INVALID_TEXT', 'method'));
  });

  describe('over plain http', () => {
    const at = (endpoint: string): Partial<OssRequest> => ({
      endpoint: resolveEndpoint({ endpoint, region: 'cn-hangzhou' }),
    });

    it('refuses temporary credentials, whose token could be read on the way', () => {
      for (const host of ['http://oss-cn-hangzhou.aliyuncs.com', 'http://10.0.0.1:9000', 'http://0.0.0.0:9000']) {
        const sign = (): unknown => signer.sign({ ...GET, ...at(host) }, SESSION, AT);
        expect(sign).toThrowError(refusal('INSECURE_TRANSPORT', 'use https'));
      }
    });

    it('is not taken in by a host that only looks like this machine', () => {
      const endpoint = resolveEndpoint({
        endpoint: 'http://127.0.0.1.example.com',
        region: 'cn-hangzhou',
        addressing: 'cname',
      });
      const sign = (): unknown => signer.sign({ ...GET, endpoint }, SESSION, AT);
      expect(sign).toThrowError(refusal('INSECURE_TRANSPORT'));
    });

    it.each(['http://127.0.0.1:9000', 'http://localhost:9000', 'http://[::1]:9000', 'http://oss.localhost:9000'])(
      'signs temporary credentials for this machine: %s',
      (host) => {
        expect(signer.sign({ ...GET, ...at(host) }, SESSION, AT).origin).toContain('http://');
      },
    );

    it('signs lasting credentials: their secret does not travel', () => {
      expect(signing(at('http://oss-cn-hangzhou.aliyuncs.com'))().origin).toBe(
        'http://examplebucket.oss-cn-hangzhou.aliyuncs.com',
      );
    });
  });
});

describe.each(FOUR_SIGNERS.map((signer) => [signer.name, signer] as const))('%s', (name, signer) => {
  const refusalOf = (request: unknown, options: unknown = AT): unknown => {
    try {
      return signer.sign(request as typeof GET, OWNER, options as typeof AT);
    } catch (error) {
      return error;
    }
  };

  it.each<[object, string]>([
    [{ key: undefined }, 'key is undefined: give it a value, or leave it out to sign for the whole bucket'],
    [{ key: undefined, bucket: undefined }, 'key is undefined'],
    [{ bucket: undefined }, 'bucket is undefined: give it a value, or leave it out to sign for the whole service'],
    [{ key: null }, 'key must be a string'],
    [{ key: 5 }, 'key must be a string'],
    [{ bucket: 5 }, 'bucket must be a string'],
    [{ method: undefined }, 'method is missing: it must be a string'],
    [{ endpoint: undefined }, 'endpoint is missing'],
    [{ endpoint: 'oss-cn-hangzhou.aliyuncs.com' }, 'endpoint must be an endpoint as resolveEndpoint returns it'],
    [{ query: { versionId: 5 } }, 'query["versionId"] must be a string or null'],
    [{ query: ['acl'] }, 'query must be an object'],
    [{ headers: { range: undefined } }, 'headers["range"] must be a string'],
    [{ additionalHeaders: 'host' }, 'additionalHeaders must be an array'],
    [{ additionalHeaders: [5] }, 'additionalHeaders[0] must be a string'],
    [{ expires: 60 }, 'has no option "expires"'],
    [{ params: {} }, 'has no option "params". Did you mean query?'],
  ])('refuses a request with %j', (changes, message) => {
    expect(refusalOf({ ...GET, ...changes })).toEqual(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) }),
    );
  });

  it.each<[object, string]>([
    [{ date: undefined }, 'date is missing: it must be a Date'],
    [{ date: '2024-05-06' }, 'date must be a Date'],
    [{ cache: {} }, 'cache must be a cache that createSigningCache made'],
    [{ onTrace: true }, 'onTrace must be a function'],
    [{ expiresInSeconds: '900' }, 'expiresInSeconds must be a number'],
    [{ signal: undefined }, 'has no option "signal"'],
  ])('refuses options with %j', (changes, message) => {
    expect(refusalOf(GET, { ...AT, ...changes })).toEqual(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) }),
    );
  });

  it.each([undefined, null, 'GET', [], 5])('refuses %j for a request and for options, and names itself', (value) => {
    expect(refusalOf(value)).toEqual(expect.objectContaining({ message: expect.stringContaining(`${name} takes`) }));
    const none = value === undefined ? null : value;
    expect(refusalOf(GET, none)).toEqual(
      expect.objectContaining({ message: expect.stringContaining(`${name} takes`) }),
    );
  });

  it('signs for a bucket and for the service when key and bucket are left out', () => {
    const { key: _key, ...forBucket } = GET;
    const { bucket: _bucket, ...forService } = forBucket;
    expect(signer.sign(forBucket, OWNER, AT).origin).toContain('examplebucket');
    expect(signer.sign(forService, OWNER, { ...AT, cache: createSigningCache() }).origin).not.toContain(
      'examplebucket',
    );
  });
});
