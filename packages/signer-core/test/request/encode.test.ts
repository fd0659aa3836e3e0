import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePath, encodeRfc3986 } from '../../src/text/encoding.ts';
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
