import { describe, expect, it } from 'vitest';
import {
  additionalHeaderNamesV4,
  canonicalHeadersV4,
  canonicalQueryV4,
  canonicalRequestV4,
  canonicalUriV4,
} from '../../src/steps/v4.ts';
import { toHeaderMap } from '../../src/text/wire-text.ts';
import { readVectorFile } from '../load-vectors.ts';

describe('V4 canonical URI', () => {
  it('is "/" for a service, "/bucket/" for a bucket and the encoded key otherwise', () => {
    expect(canonicalUriV4(undefined, undefined)).toBe('/');
    expect(canonicalUriV4('b-1', undefined)).toBe('/b-1/');
    expect(canonicalUriV4('b-1', 'dir/a b+中.txt')).toBe('/b-1/dir/a%20b%2B%E4%B8%AD.txt');
  });

  it('normalises nothing', () => {
    expect(canonicalUriV4('b-1', 'a//./../b%2F/')).toBe('/b-1/a//./../b%252F/');
  });
});

describe('V4 canonical query', () => {
  it('is sorted by encoded name in byte order', () => {
    const names = ['param', 'Zeta', 'alpha', '+k', '|p', '中', 'x-oss-b', 'x-oss-a'];
    expect(canonicalQueryV4(names.map((name) => [name, '1'] as const))).toBe(
      '%2Bk=1&%7Cp=1&%E4%B8%AD=1&Zeta=1&alpha=1&param=1&x-oss-a=1&x-oss-b=1',
    );
  });

  it('writes a bare name for an empty or absent value', () => {
    expect(
      canonicalQueryV4([
        ['acl', null],
        ['b', ''],
        ['c', '0'],
      ]),
    ).toBe('acl&b&c=0');
  });

  it('leaves out the signature and nothing else', () => {
    expect(
      canonicalQueryV4([
        ['x-oss-signature', 'S'],
        ['x-oss-signature-version', 'V'],
      ]),
    ).toBe('x-oss-signature-version=V');
  });
});

describe('V4 canonical request', () => {
  it('has six parts, a blank line after the headers, and no end of line at the end', () => {
    const parts = {
      method: 'GET',
      uri: '/b-1/k',
      query: 'acl',
      headers: 'host:h\n',
      additionalHeaders: ['host', 'range'],
    };
    expect(canonicalRequestV4(parts)).toBe('GET\n/b-1/k\nacl\nhost:h\n\nhost;range\nUNSIGNED-PAYLOAD');
    expect(canonicalRequestV4({ ...parts, headers: '', additionalHeaders: [], payloadHash: 'H' })).toBe(
      'GET\n/b-1/k\nacl\n\n\nH',
    );
  });
});

interface HeaderVector {
  readonly scheme: string;
  readonly input: { readonly headers: Readonly<Record<string, string>> };
  readonly expected: { readonly canonicalHeaders: string };
}

describe('V4 canonical headers', () => {
  it('are ordered by bytes, as in the vector of the Java SDK', () => {
    const vectors = readVectorFile('java-sdk-v2.json') as readonly HeaderVector[];
    const ordered = vectors.filter(({ scheme }) => scheme === 'v4-canonical-headers');
    expect(ordered.length).toBe(1);
    for (const { input, expected } of ordered) {
      expect(canonicalHeadersV4(toHeaderMap(input.headers), [])).toBe(expected.canonicalHeaders);
    }
  });

  it('hold content-type, content-md5 and x-oss-*, and other headers only when named', () => {
    const headers = toHeaderMap({ 'Content-Type': 'a/b', Range: 'bytes=0-1', 'X-OSS-Meta-A': '1', 'Content-MD5': 'm' });
    const signedAnyway = 'content-md5:m\ncontent-type:a/b\n';
    expect(canonicalHeadersV4(headers, [])).toBe(`${signedAnyway}x-oss-meta-a:1\n`);
    expect(canonicalHeadersV4(headers, ['range'])).toBe(`${signedAnyway}range:bytes=0-1\nx-oss-meta-a:1\n`);
  });

  it('sign a present header without value as a bare name and colon', () => {
    expect(canonicalHeadersV4(toHeaderMap({ 'x-oss-meta-a': ' ' }), [])).toBe('x-oss-meta-a:\n');
  });
});

describe('V4 additional headers', () => {
  it('are lower-cased, unique and sorted, without absent names and without those signed anyway', () => {
    const headers = toHeaderMap({
      Range: 'r',
      'If-Match': 'e',
      'x-oss-a': '1',
      'content-type': 't',
      'content-md5': 'm',
    });
    const wanted = ['RANGE', 'range', 'x-oss-a', 'Content-Type', 'content-md5', 'if-match', 'not-sent'];
    expect(additionalHeaderNamesV4(wanted, headers)).toEqual(['if-match', 'range']);
  });
});
