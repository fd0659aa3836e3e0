import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  checkArgument,
  defined,
  nestedOptions,
  optional,
  optionsCheck,
  takes,
  type OptionTable,
} from '../../src/internal.ts';

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

  it('are read from a class with getters', () => {
    class Settings {
      get key(): string {
        return 'a';
      }
    }
    expect(said(new Settings())).toBe('accepted');
  });

  it('are not confused with properties that a page added to every object', () => {
    expect(said(Object.create({ key: 'a', added: 1 }))).toBe('accepted');
  });

  it('are held against the interface by the compiler', () => {
    // @ts-expect-error: key is required
    optionsCheck<{ readonly key: string }>('f', { key: optional(takes.text) });
    // @ts-expect-error: key may be absent
    optionsCheck<{ readonly key?: string }>('f', { key: takes.text });
    // @ts-expect-error: key is missing
    expect(optionsCheck<{ readonly key: string }>('f', {})).toBeTypeOf('function');
  });
});

describe('values with parts', () => {
  interface Parts {
    readonly names?: readonly string[];
    readonly headers?: Readonly<Record<string, string>>;
    readonly download?: { readonly filename?: string };
    readonly life?: number | string;
    readonly clock?: object;
  }
  const checkParts = optionsCheck<Parts>('presign', {
    names: optional(takes.texts),
    headers: optional(takes.textMap),
    download: optional(nestedOptions<NonNullable<Parts['download']>>({ filename: optional(takes.text) })),
    life: optional(takes.either(takes.number, takes.text)),
    clock: optional(takes.clock),
  });

  it('are accepted where each part is', () => {
    const clock = { now: Date.now, monotonic: Date.now, more: 1 };
    const parts = { names: ['a'], headers: { a: 'b' }, download: { filename: 'x' }, life: '15m', clock };
    expect(() => checkParts(parts)).not.toThrow();
  });

  it.each([
    [{ names: 'a' }, 'presign: names must be an array'],
    [{ names: ['a', 5] }, 'presign: names[1] must be a string'],
    [{ headers: ['a'] }, 'presign: headers must be an object'],
    [{ headers: { range: 5 } }, 'presign: headers["range"] must be a string'],
    [{ headers: { 'a secret': 5 } }, 'presign: headers: every value must be a string'],
    [{ download: 'x' }, 'presign: download takes an object of options: filename'],
    [{ download: { filename: 5 } }, 'presign: download.filename must be a string'],
    [{ download: { fileName: 'x' } }, 'presign: download has no option "fileName". Did you mean filename?'],
    [{ life: true }, 'presign: life must be a number or a string'],
    [{ clock: Date }, 'presign: clock must be an object with now() and monotonic()'],
  ])('are named where they are wrong: %j', (options, message) => {
    expect(() => checkParts(options)).toThrow(new TypeError(message));
  });
});

describe('an argument', () => {
  it('is refused in the same words', () => {
    expect(() => checkArgument('sum', 'bytes', 5, takes.text)).toThrow(new TypeError('sum: bytes must be a string'));
    expect(() => checkArgument('sum', 'bytes', 'text', takes.text)).not.toThrow();
  });
});

describe('defined', () => {
  it('leaves out what is undefined and keeps every other value', () => {
    const region: string | undefined = undefined;
    const given = defined({ region, port: 0, name: '', none: null, on: false });
    expect(Object.keys(given)).toEqual(['port', 'name', 'none', 'on']);
  });

  it('types a field that may be undefined as optional, and the others as they were', () => {
    const wanted: { region: string | undefined; port: number } = { region: 'cn-hangzhou', port: 80 };
    const given = defined(wanted);
    expectTypeOf(given).toExtend<{ readonly region?: string; readonly port: number }>();
    expectTypeOf(given.port).toEqualTypeOf<number>();
  });
});
