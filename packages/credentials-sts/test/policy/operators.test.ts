import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern } from '../../src/policy/operators.ts';

/** The same language by way of a regular expression. */
function asRegExp(pattern: string): RegExp {
  const source = Array.from(pattern, (char) => ({ '*': '.*', '?': '.' })[char] ?? char);
  return new RegExp(`^${source.join('')}$`, 's');
}

describe('matchesPattern', () => {
  it('agrees with a regular expression', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, word, (wanted, text) => {
        expect(matchesPattern(wanted, text)).toBe(asRegExp(wanted).test(text));
      }),
      { numRuns: 5000 },
    );
  });

  it('ends in time with a pattern as long as a policy and the longest text', () => {
    for (const piece of ['a*', '*a', '?*', 'a?', '**']) {
      expect(matchesPattern(`${piece.repeat(10_000)}b`, 'a'.repeat(1_100))).toBe(false);
    }
  });

  it('ends though a pattern has many stars', () => {
    expect(matchesPattern(`${'a*'.repeat(500)}b`, 'a'.repeat(1023))).toBe(false);
  });
});
