import fc from 'fast-check';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatEnvironment } from '../../src/output/quote.ts';

const hostile = fc.string({
  unit: fc.constantFrom(...Array.from('\'"\\$`!#&;|=%{}()[]*? \t\u2018\u2019\u201a\u201b\u201cä𝄞an0')),
  maxLength: 12,
});
const value = fc.oneof(hostile, fc.string({ unit: 'grapheme' }));

describe('formatEnvironment', () => {
  it('for .env: Node reads back every written value, or the value is refused', () => {
    let written = 0;
    fc.assert(
      fc.property(hostile, hostile, (first, second) => {
        let text: string;
        try {
          text = formatEnvironment({ FIRST: first, SECOND: second }, 'dotenv');
        } catch (error) {
          expect((error as Error).message).toMatch(/^a \.env file cannot hold/);
          return;
        }
        written += 1;
        expect(parseEnv(text)).toEqual({ FIRST: first, SECOND: second });
      }),
      { numRuns: 2000 },
    );
    expect(written).toBeGreaterThan(500);
  });

  it.each(['a\nb', 'a\rb', 'a\0b', `'"`, "'$HOME", "'\\"])('for .env: refuses %j', (text) => {
    expect(() => formatEnvironment({ NAME: text }, 'dotenv')).toThrow(RangeError);
  });

  it('for PowerShell: one statement a line, whose value is the text again by the rules of single quotes', () => {
    fc.assert(
      fc.property(
        value.filter((text) => !text.includes('\0')),
        (text) => {
          const line = formatEnvironment({ NAME: text }, 'powershell');
          const [, quoted] = /^\$env:NAME = (.*)\n$/s.exec(line) ?? [];
          expect(readPowerShell(quoted ?? '')).toBe(text);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each(['sh', 'powershell', 'dotenv'] as const)('for %s: refuses a NUL', (format) => {
    expect(() => formatEnvironment({ NAME: 'a\0' }, format)).toThrow(RangeError);
  });
});

// about_Quoting_Rules: a string in single quotes is literal; a quote within is two of them. The tokenizer takes U+2018 to U+201B
// for single quotes, and of a pair it keeps the first.
function readPowerShell(quoted: string): string {
  const isQuote = (char: string | undefined): boolean =>
    char !== undefined && "'\u2018\u2019\u201a\u201b".includes(char);
  const units = quoted.split('');
  if (!isQuote(units.shift())) throw new Error('it does not start with a quote');
  let text = '';
  while (units.length > 0) {
    const unit = units.shift() ?? '';
    if (!isQuote(unit)) text += unit;
    else if (isQuote(units[0])) {
      text += unit;
      units.shift();
    } else if (units.length > 0) throw new Error('it ends early');
    else return text;
  }
  throw new Error('it does not end');
}
