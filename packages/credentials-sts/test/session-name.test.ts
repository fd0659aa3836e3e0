import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionNameFor } from '../src/assume-role.ts';

describe('sessionNameFor', () => {
  it.each(['alice', 'alice@example.com', 'a-b_c.d'])('leaves %s as it is', (user) => {
    expect(sessionNameFor(user)).toBe(user);
  });

  it('keeps what can be kept of other names', () => {
    expect(sessionNameFor('Zoë Müller')).toMatch(/^Zoe-Mu-ller@\.[\w-]{16}$|^Zo-?e-?-Mu-?ller@\.[\w-]{16}$/);
    expect(sessionNameFor('王')).toMatch(/@\.[\w-]{16}$/);
    expect(sessionNameFor('a')).toMatch(/^a@\./);
  });

  it('gives every name one that STS takes, and no two the same', () => {
    const name = fc.string({ minLength: 1, maxLength: 100, unit: 'binary' });
    fc.assert(
      fc.property(name, name, (one, other) => {
        for (const user of [one, other]) expect(sessionNameFor(user)).toMatch(/^[A-Za-z0-9.@_-]{2,64}$/);
        if (one !== other) expect(sessionNameFor(one)).not.toBe(sessionNameFor(other));
        expect(sessionNameFor(sessionNameFor(one))).toMatch(/^[A-Za-z0-9.@_-]{2,64}$/);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not let a user choose the session name of another', () => {
    const made = sessionNameFor('al ice');
    expect(sessionNameFor(made)).not.toBe(made);
  });

  it('refuses no name at all', () => {
    expect(() => sessionNameFor('')).toThrow(TypeError);
  });
});
