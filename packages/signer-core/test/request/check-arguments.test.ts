import { describe, expect, it } from 'vitest';
import { createSigningCache } from '../../src/request/signing-cache.ts';
import { AT, FOUR_SIGNERS, GET, OWNER } from '../four-signers.ts';

describe.each(FOUR_SIGNERS.map((signer) => [signer.name, signer] as const))('%s', (name, signer) => {
  const refusal = (request: unknown, options: unknown = AT): unknown => {
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
    expect(refusal({ ...GET, ...changes })).toEqual(
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
    expect(refusal(GET, { ...AT, ...changes })).toEqual(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) }),
    );
  });

  it.each([undefined, null, 'GET', [], 5])('refuses %j for a request and for options, and names itself', (value) => {
    expect(refusal(value)).toEqual(expect.objectContaining({ message: expect.stringContaining(`${name} takes`) }));
    const none = value === undefined ? null : value;
    expect(refusal(GET, none)).toEqual(expect.objectContaining({ message: expect.stringContaining(`${name} takes`) }));
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
