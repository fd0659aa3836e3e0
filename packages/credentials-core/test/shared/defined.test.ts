import { describe, expect, expectTypeOf, it } from 'vitest';
import { defined } from '../../src/internal.ts';

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
