import { describe, expect, it } from 'vitest';
import { additionalHeaderNamesV4, canonicalHeadersV4 } from '../../src/steps/v4.ts';
import { toHeaderMap } from '../../src/text/signable.ts';
import { readVectorFile } from '../load-vectors.ts';

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
