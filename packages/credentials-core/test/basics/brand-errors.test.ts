import { expect, it } from 'vitest';
import { brandErrors } from '../../src/internal.ts';

/** Defines the class anew, as a second copy of a package does. */
function define(name: string): new () => Error {
  return class extends Error {
    static {
      brandErrors(this, name);
    }
  };
}

it('recognises errors of another copy of the package', () => {
  const [Ours, Theirs] = [define('@ossgrant/test/One'), define('@ossgrant/test/One')];
  expect(new Theirs()).toBeInstanceOf(Ours);
  expect(new Ours()).toBeInstanceOf(Error);
});

it('distinguishes classes of different names', () => {
  expect(new (define('@ossgrant/test/One'))()).not.toBeInstanceOf(define('@ossgrant/test/Two'));
});

it('distinguishes a subclass from its base, and accepts it as the base', () => {
  const Base = define('@ossgrant/test/Base');
  class Sub extends Base {}
  expect(new Sub()).toBeInstanceOf(Base);
  expect(new Sub()).toBeInstanceOf(Sub);
  expect(new Base()).not.toBeInstanceOf(Sub);
});

it.each([undefined, null, 'text', 5, {}, new Error('plain')])('does not take %s for one', (value) => {
  expect(value instanceof define('@ossgrant/test/One')).toBe(false);
});

it('adds nothing that is enumerated or printed', () => {
  const error = new (define('@ossgrant/test/One'))();
  expect(Object.keys(error)).toEqual([]);
  expect(Object.getOwnPropertySymbols(error)).toEqual([]);
});
