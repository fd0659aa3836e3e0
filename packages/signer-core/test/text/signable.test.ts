import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertBucket, assertKey, toHeaderMap } from '../../src/text/signable.ts';
import { AT, FOUR_SIGNERS, GET, OWNER } from '../four-signers.ts';

const refusal = (code: string): unknown => expect.objectContaining({ name: 'SigningError', code, retryable: false });

describe('a bucket name', () => {
  it.each(['abc', 'a1-b2', '0-0', 'a'.repeat(63), 'legacy_bucket'])('%s is accepted', (bucket) => {
    expect(() => assertBucket(bucket)).not.toThrow();
  });

  it.each(
    [
      ['', 'ab', 'a'.repeat(64), '-abc', 'abc-', '_abc', 'abc_', 'Abc', 'a.b.c', 'a/b', 'a b', 'a\nb', 'abc\n'],
      ['中文桶', 'abc?', 'a%2fb', '127.0.0.1', 'evil.com#'],
    ].flat(),
  )('%j is refused', (bucket) => {
    expect(() => assertBucket(bucket)).toThrowError(refusal('INVALID_BUCKET'));
  });

  it('holds nothing that could end a host or a path segment', () => {
    const unit = fc.constantFrom(...Array.from('abz09ab09--_.:/@#?%\\ \n中A'));
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 8 }), (bucket) => {
        const inside = Array.from(bucket).every((char) => 'abz09-_'.includes(char));
        const ends = 'abz09'.includes(bucket[0] ?? '') && 'abz09'.includes(bucket.at(-1) ?? '');
        const accepts = expect(() => assertBucket(bucket));
        if (inside && ends && bucket.length >= 3) accepts.not.toThrow();
        else accepts.toThrowError(refusal('INVALID_BUCKET'));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('an object key', () => {
  it.each(
    [
      [
        'a',
        'dir/a.txt',
        '.',
        '..',
        'a/../b',
        'a//b',
        'trailing/',
        'back\\slash',
        'a?b',
        '中文',
        '😀',
        ' ',
        'a ',
        "it's",
      ],
      ['a'.repeat(1023), '中'.repeat(341), '😀'.repeat(255), 'e\u0301', '\u00e9'],
    ].flat(),
  )('%j is accepted', (key) => {
    expect(() => assertKey(key)).not.toThrow();
  });

  it.each(['', '/a', '\\a', '/', 'a'.repeat(1024), '中'.repeat(342), '😀'.repeat(256)])('%j is refused', (key) => {
    expect(() => assertKey(key)).toThrowError(refusal('INVALID_KEY'));
  });

  it.each(['a\nb', 'a\r\nHost: evil', 'tab\t', '\0', 'a\u007f', 'a\ud800', '\udc00b'])(
    '%j is refused: it has no safe form on the wire',
    (key) => {
      expect(() => assertKey(key)).toThrowError(refusal('INVALID_TEXT'));
    },
  );

  it('is never repeated in a refusal', () => {
    const failure = (): void => assertKey(`/private-name-${'x'.repeat(2000)}`);
    expect(failure).toThrowError(expect.objectContaining({ message: expect.not.stringContaining('private-name') }));
  });
});

describe.each(FOUR_SIGNERS.map((signer) => [signer.name, signer] as const))('%s', (_name, signer) => {
  it('refuses a bad bucket, a bad key, and a key without a bucket', () => {
    const { bucket: _bucket, ...noBucket } = GET;
    expect(() => signer.sign({ ...GET, bucket: 'UPPER' }, OWNER, AT)).toThrowError(refusal('INVALID_BUCKET'));
    expect(() => signer.sign({ ...GET, key: '' }, OWNER, AT)).toThrowError(refusal('INVALID_KEY'));
    expect(() => signer.sign({ ...GET, key: 'a\nb' }, OWNER, AT)).toThrowError(refusal('INVALID_TEXT'));
    expect(() => signer.sign(noBucket, OWNER, AT)).toThrowError(refusal('INVALID_BUCKET'));
  });

  it.each(['.', '..'])('refuses key %j in a link only', (key) => {
    const sign = (): string => signer.sign({ ...GET, key }, OWNER, AT).path.split('?')[0] ?? '';
    if (signer.inUrl) expect(sign).toThrowError(refusal('INVALID_KEY'));
    else expect(sign()).toBe(`/${key}`);
  });
});

const entries = (headers?: Record<string, string>): unknown => [...toHeaderMap(headers)];

describe('toHeaderMap', () => {
  it('lower-cases names, trims blanks at the ends and keeps those inside', () => {
    expect(entries({ 'Content-Type': ' text/plain \t', 'X-OSS-Meta-A': 'a  b' })).toEqual([
      ['content-type', 'text/plain'],
      ['x-oss-meta-a', 'a  b'],
    ]);
  });

  it('joins values of one name in their order', () => {
    expect(entries({ 'X-Oss-A': '2', 'x-oss-a': ' 1 ' })).toEqual([['x-oss-a', '2,1']]);
  });

  it('takes no headers for none', () => {
    expect(entries(undefined)).toEqual([]);
    expect(entries({})).toEqual([]);
  });

  it('holds names of object properties as headers', () => {
    expect(entries(JSON.parse('{"__proto__":"1","constructor":"2"}') as Record<string, string>)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });

  it('trims a long run of blanks in linear time', () => {
    const value = `x${' \t'.repeat(100_000)}x`;
    const start = performance.now();
    expect(toHeaderMap({ a: value }).get('a')).toBe(value);
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe.each(FOUR_SIGNERS.map((signer) => [signer.name, signer] as const))('%s', (_name, signer) => {
  it.each(['x-oss-meta-a\r\nx-oss-evil', 'x oss', 'x-oss:a', '', 'x-oss-ü', 'x-oss-a\0'])(
    'refuses header name %j',
    (name) => {
      const sign = (): unknown => signer.sign({ ...GET, headers: { [name]: '1' } }, OWNER, AT);
      expect(sign).toThrowError(expect.objectContaining({ code: 'INVALID_TEXT' }));
    },
  );

  it.each(['1\n2', '1\r\nx-oss-evil: 1', 'a\tb', '\0', 'a\u007f', '\ud800'])('refuses header value %j', (value) => {
    const sign = (): unknown => signer.sign({ ...GET, headers: { 'x-oss-meta-a': value } }, OWNER, AT);
    const message = `header "x-oss-meta-a" ${problem(value)}`;
    expect(sign).toThrowError(expect.objectContaining({ code: 'INVALID_TEXT', message }));
  });

  it('keeps a header called __proto__', () => {
    const headers = JSON.parse('{"__proto__":"1"}') as Record<string, string>;
    expect(Object.entries(signer.sign({ ...GET, headers }, OWNER, AT).headers)).toContainEqual(['__proto__', '1']);
  });
});

function problem(value: string): string {
  return value === '\ud800' ? 'is not well-formed Unicode' : 'contains a control character';
}
