import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatureV1 } from '../../src/steps/v1.ts';
import { signatureV4, signingKeyV4 } from '../../src/steps/v4.ts';
import {
  assertBucket,
  assertKey,
  encodePath,
  encodePolicy,
  encodeRfc3986,
  formatIsoBasic,
  formatRfc1123,
  toHeaderMap,
  wireKey,
} from '../../src/text/wire-text.ts';
import { AT, FOUR_SIGNERS, GET, OWNER } from '../four-signers.ts';
import { readVectorFile } from '../load-vectors.ts';

const { percent_encode: pairs } = readVectorFile('sts.json') as {
  readonly percent_encode: readonly { readonly in: string; readonly out: string }[];
};
const text = fc.string({ unit: 'binary', maxLength: 200 });

describe('encodeRfc3986', () => {
  it.each(pairs.map((pair) => [pair.in, pair.out] as const))('writes %j as %j', (plain, encoded) => {
    expect(pairs.length).toBe(11);
    expect(encodeRfc3986(plain)).toBe(encoded);
  });

  it('decodes to what went in, and uses unreserved characters and upper-case escapes only', () => {
    fc.assert(
      fc.property(text, (plain) => {
        const encoded = encodeRfc3986(plain);
        expect(decodeURIComponent(encoded)).toBe(plain);
        expect(encoded).toMatch(/^(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/);
      }),
    );
  });

  it('encodes every ASCII character as the standard says', () => {
    for (let code = 0; code < 128; code += 1) {
      const char = String.fromCharCode(code);
      const escaped = `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
      expect(encodeRfc3986(char)).toBe(/[A-Za-z0-9\-._~]/.test(char) ? char : escaped);
      expect(encodePath(char)).toBe(/[A-Za-z0-9\-._~/]/.test(char) ? char : escaped);
    }
  });

  it('is not idempotent: text that looks encoded is encoded again', () => {
    expect(encodeRfc3986('%2F')).toBe('%252F');
  });

  it('refuses a lone surrogate instead of signing something else', () => {
    expect(() => encodeRfc3986('a\ud800')).toThrow(URIError);
  });
});

describe('encodePath', () => {
  it('is encodeRfc3986 with the slashes kept', () => {
    fc.assert(
      fc.property(text, (plain) => {
        expect(encodePath(plain)).toBe(plain.split('/').map(encodeRfc3986).join('/'));
      }),
    );
  });
});

const wholeSecond = fc
  .date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000));

describe('dates', () => {
  it('are written as OSS reads them', () => {
    const date = new Date('2022-12-08T10:07:41.999Z');
    expect(formatIsoBasic(date)).toBe('20221208T100741Z');
    expect(formatRfc1123(date)).toBe('Thu, 08 Dec 2022 10:07:41 GMT');
  });

  it('read back as the same second in every year of four digits', () => {
    fc.assert(
      fc.property(wholeSecond, (date) => {
        const iso = formatIsoBasic(date).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
        expect(new Date(iso)).toEqual(date);
        expect(formatRfc1123(date)).toMatch(/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
      }),
    );
  });

  it.each([Number.NaN, Date.UTC(10_000, 0), -1e14])('refuse %d with a RangeError', (time) => {
    expect(() => formatIsoBasic(new Date(time))).toThrow(RangeError);
    expect(() => formatRfc1123(new Date(time))).toThrow(RangeError);
  });
});

describe.each(FOUR_SIGNERS.map((signer) => [signer.name, signer] as const))('%s', (_name, signer) => {
  it('refuses an invalid date with a RangeError instead of signing its text', () => {
    expect(() => signer.sign(GET, OWNER, { ...AT, date: new Date(Number.NaN) })).toThrow(RangeError);
  });
});

// Dots and slashes are what matters, so they are frequent.
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('.', '..', '...', '', '/', '//', '%2e', '%2E%2e', '.%2e', '%2F', '\\') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);
const anyKey = fc
  .tuple(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.constantFrom('/', ''))
  .map(([pieces, joint]) => pieces.join(joint))
  .filter((value) => value !== '' && !/^[/\\]/.test(value) && value !== '.' && value !== '..');

describe('the key in a path', () => {
  it('decodes to the key', () => {
    fc.assert(
      fc.property(anyKey, (value) => {
        expect(decodeURIComponent(wireKey(value))).toBe(value);
      }),
    );
  });

  it.each(['https://bucket.oss-cn-hangzhou.aliyuncs.com/', 'http://127.0.0.1:9000/bucket/'])(
    'survives a URL parser unchanged under %s',
    (base) => {
      fc.assert(
        fc.property(anyKey, (value) => {
          expect(new URL(base + wireKey(value)).href).toBe(base + wireKey(value));
        }),
        { numRuns: 500 },
      );
    },
  );

  it.each([
    ['a/b', 'a/b'],
    ['a//b/', 'a//b/'],
    ['a/../c', 'a%2F..%2Fc'],
    ['a/./c/d', 'a%2F.%2Fc/d'],
    ['../c', '..%2Fc'],
    ['./c', '.%2Fc'],
    ['a/..', 'a%2F..'],
    ['a/b/.', 'a/b%2F.'],
    ['../..', '..%2F..'],
    ['a/.../c', 'a/.../c'],
    ['a/.hidden/..c', 'a/.hidden/..c'],
    ['a+b c', 'a%2Bb%20c'],
    ['100%/%2e%2e/x', '100%25/%252e%252e/x'],
  ])('writes %j as %j', (value, written) => {
    expect(wireKey(value)).toBe(written);
  });
});

interface PolicyVector {
  readonly name: string;
  readonly scheme: string;
  readonly input: {
    readonly sk: string;
    readonly policy: object;
    readonly region?: string;
    readonly product?: string;
    readonly date?: string;
  };
  readonly expected: { readonly policyBase64: string; readonly signature: string };
}

const all = readVectorFile('ali-oss-oracle.json') as readonly PolicyVector[];
const policies = (scheme: string): readonly PolicyVector[] => all.filter((vector) => vector.scheme === scheme);

describe('a form policy', () => {
  it('has vectors of both versions', () => {
    expect([policies('post-v1').length, policies('post-v4').length]).toEqual([3, 3]);
  });

  it.each(policies('post-v1'))('is encoded and signed with V1: $name', ({ input, expected }) => {
    const policy = encodePolicy(input.policy);
    expect(policy).toBe(expected.policyBase64);
    expect(signatureV1(input.sk, policy)).toBe(expected.signature);
  });

  it.each(policies('post-v4'))('is encoded and signed with V4: $name', ({ input, expected }) => {
    const { date = '', region = '', product = '' } = input;
    const policy = encodePolicy(input.policy);
    expect(policy).toBe(expected.policyBase64);
    const signingKey = signingKeyV4(input.sk, { day: date.slice(0, 8), region, product });
    expect(signatureV4(signingKey, policy)).toBe(expected.signature);
  });
});

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
    // Processor time, in microseconds: a busy machine does not count. A quadratic reader would need seconds.
    const start = process.cpuUsage();
    expect(toHeaderMap({ a: value }).get('a')).toBe(value);
    expect(process.cpuUsage(start).user).toBeLessThan(500_000);
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
