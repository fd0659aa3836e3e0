import { describe, expect, it } from 'vitest';
import { canonicalQueryV4, canonicalRequestV4, canonicalUriV4 } from '../../src/steps/v4.ts';

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
