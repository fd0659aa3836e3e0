import { describe, expect, it } from 'vitest';
import { canonicalResourceV1, isSubResourceV1, signatureV1, stringToSignV1 } from '../../src/steps/v1.ts';
import { toHeaderMap } from '../../src/text/wire-text.ts';
import { readVectorFile } from '../load-vectors.ts';

interface HmacVector {
  readonly input: { readonly sk: string; readonly data: string };
  readonly expected: { readonly signature: string };
}

describe('V1 signature', () => {
  it('is the HMAC-SHA1 that the Java SDK publishes', () => {
    const vectors = readVectorFile('java-sdk-v1.json') as readonly HmacVector[];
    expect(vectors.length).toBe(1);
    for (const { input, expected } of vectors) expect(signatureV1(input.sk, input.data)).toBe(expected.signature);
  });
});

describe('V1 canonicalized resource', () => {
  const resource = (query: Record<string, string | null>): string =>
    canonicalResourceV1({ bucket: 'b-1', key: 'k', query: Object.entries(query) });

  it('is "/" for a service, "/bucket/" for a bucket, and the plain key otherwise', () => {
    expect(canonicalResourceV1({ bucket: undefined, key: undefined, query: [] })).toBe('/');
    expect(canonicalResourceV1({ bucket: 'b-1', key: undefined, query: [] })).toBe('/b-1/');
    expect(canonicalResourceV1({ bucket: 'b-1', key: 'a b/中+%20', query: [] })).toBe('/b-1/a b/中+%20');
  });

  it('puts callback before callback-var', () => {
    expect(resource({ 'callback-var': 'v', callback: 'c' })).toBe('/b-1/k?callback=c&callback-var=v');
  });

  it('writes a bare name for an empty or absent value', () => {
    expect(resource({ acl: '' })).toBe('/b-1/k?acl');
    expect(resource({ acl: null })).toBe('/b-1/k?acl');
  });

  it('leaves parameters out that OSS does not sign', () => {
    expect(resource({ prefix: 'p', 'max-keys': '1', utm_source: 's' })).toBe('/b-1/k');
  });

  it.each(
    [
      ['versionId', 'response-content-disposition', 'x-oss-process', 'x-oss-traffic-limit', 'security-token'],
      ['callback', 'x-oss-anything-new', 'acl', 'uploadId', 'restore', 'continuation-token'],
    ].flat(),
  )('signs %s', (name) => {
    expect(isSubResourceV1(name)).toBe(true);
  });

  it.each(['Expires', 'Signature', 'OSSAccessKeyId', 'prefix', 'ACL', 'X-OSS-Process', ''])(
    'does not sign %j',
    (name) => {
      expect(isSubResourceV1(name)).toBe(false);
    },
  );
});

describe('V1 string to sign', () => {
  it('keeps the lines of absent headers, and takes no header but content-md5, content-type and x-oss-*', () => {
    const headers = toHeaderMap({ Host: 'h', Range: 'r', 'If-Match': 'e', 'x-oss-b': '2', 'X-Oss-A': ' 1 ' });
    expect(stringToSignV1({ method: 'GET', headers, dateLine: 'D', resource: '/' })).toBe(
      'GET\n\n\nD\nx-oss-a:1\nx-oss-b:2\n/',
    );
  });
});
