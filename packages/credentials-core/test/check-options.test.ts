import { describe, expect, it } from 'vitest';
import { optional, optionsCheck, takes, type OptionTable } from '../src/check-options.ts';

interface Options {
  readonly key: string;
  readonly expiresIn?: number;
  readonly method?: 'GET' | 'PUT';
}
const table: OptionTable<Options> = {
  key: takes.filledText,
  expiresIn: optional(takes.number),
  method: optional(takes.oneOf('GET', 'PUT')),
};
const check = optionsCheck<Options>('presign', table, { expires: 'expiresIn' });
const said = (options: unknown): string => {
  try {
    check(options);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as TypeError).message;
  }
  return 'accepted';
};

describe('options of a public function', () => {
  it('are accepted where each is of its type, whether an optional one is absent or undefined', () => {
    expect(said({ key: 'a' })).toBe('accepted');
    expect(said({ key: 'a', expiresIn: undefined, method: 'PUT' })).toBe('accepted');
    expect(said(Object.create({ key: 'inherited' }))).toBe('accepted');
  });

  it.each([undefined, null, '', 'key', 5, [], () => {}])('are refused where they are %o', (options) => {
    expect(said(options)).toBe('presign takes an object of options: key, expiresIn, method');
  });

  it('are refused where a required one is missing or undefined', () => {
    expect(said({})).toBe('presign: key is missing: it must be a non-empty string');
    expect(said({ key: undefined })).toBe('presign: key is missing: it must be a non-empty string');
  });

  it('are refused where one has another type, and the message names what it takes, not what it got', () => {
    expect(said({ key: 'a', expiresIn: 'secret' })).toBe('presign: expiresIn must be a number');
    expect(said({ key: 'a', expiresIn: Number.NaN })).toBe('presign: expiresIn must be a number');
    expect(said({ key: 'a', method: 'LOOK' })).toBe('presign: method must be "GET" or "PUT"');
    expect(said({ key: null })).toBe('presign: key must be a non-empty string');
  });

  it('are refused where a name is unknown, and the message names the one that is meant', () => {
    expect(said({ key: 'a', expires: 60 })).toBe('presign has no option "expires". Did you mean expiresIn?');
    expect(said({ key: 'a', expires_in: 60 })).toBe('presign has no option "expires_in". Did you mean expiresIn?');
    expect(said({ key: 'a', colour: 1 })).toBe('presign has no option "colour": key, expiresIn, method');
    expect(said({ key: 'a', 'LTAI:a secret': 1 })).toContain('no option of that name');
    expect(said({ key: 'a', constructor: 1 })).toContain('no option "constructor"');
  });
});
