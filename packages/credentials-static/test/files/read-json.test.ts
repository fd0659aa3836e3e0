import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonErrorLine } from '../../src/files/read-json.ts';

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('jsonErrorLine', () => {
  it.each([
    ['', 1],
    ['{\n"a": 1,\n}', 3],
    ['{\n"a": 1\n"b": 2}', 3],
    ['[1,\n2\n', 2],
    ['{"a":\n"un\nfinished"}', 2],
    ['{}\n\n{}', 3],
    ["{\n'a': 1}", 2],
  ])('finds the line of %j', (text, line) => {
    expect(jsonErrorLine(text)).toBe(line);
  });

  it('finds nothing wrong in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        expect(jsonErrorLine(JSON.stringify(value, null, indent))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it.each([' ', '"', '\\', '[', '1', '"a":', '"\\n', '[],', '{"a":1},', '\n'])(
    'ends with a MiB of %j in time',
    (text) => {
      const many = text.repeat(1_048_576 / text.length);
      for (const whole of [many, `[${many}`, `["${many}`, `{"a":[${many}1]}`]) expect(jsonErrorLine(whole)).not.toBe(0);
    },
  );

  it('refuses JSON that is nested too deeply for a reader that calls itself', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(jsonErrorLine(nested(100))).toBeUndefined();
    expect(jsonErrorLine(nested(101))).toBe(1);
    expect(jsonErrorLine('[{"a":'.repeat(200_000))).toBe(1);
    expect(jsonErrorLine(`[${'[],'.repeat(1000)}[]]`)).toBeUndefined();
  });

  it('agrees with JSON.parse on text that one edit has broken or not', () => {
    const edited = fc
      .tuple(
        fc.jsonValue(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', ']', ':', '0', '-', '.', '\\', '\n', ' ', '\u00a0', '\v', 'e'),
      )
      .map(([value, seed, put]) => {
        const text = JSON.stringify(value, null, 1);
        const at = seed % (text.length + 1);
        return text.slice(0, at) + put + text.slice(put === '' ? at + 1 : at);
      });
    fc.assert(
      fc.property(edited, (text) => {
        expect(jsonErrorLine(text) === undefined).toBe(parses(text));
      }),
      { numRuns: 3000 },
    );
  });
});
