import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wireKey } from '../../src/text/encoding.ts';

// Dots and slashes are what matters, so they are frequent.
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('.', '..', '...', '', '/', '//', '%2e', '%2E%2e', '.%2e', '%2F', '\\') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);
const key = fc
  .tuple(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.constantFrom('/', ''))
  .map(([pieces, joint]) => pieces.join(joint))
  .filter((value) => value !== '' && !/^[/\\]/.test(value) && value !== '.' && value !== '..');

describe('the key in a path', () => {
  it('decodes to the key', () => {
    fc.assert(
      fc.property(key, (value) => {
        expect(decodeURIComponent(wireKey(value))).toBe(value);
      }),
    );
  });

  it.each(['https://bucket.oss-cn-hangzhou.aliyuncs.com/', 'http://127.0.0.1:9000/bucket/'])(
    'survives a URL parser unchanged under %s',
    (base) => {
      fc.assert(
        fc.property(key, (value) => {
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
