import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quotePosix, quotePython } from '../../src/output/quote.ts';
import { oneLine } from '../../src/verbs/sign/formats/commands.ts';

// tests of these quotings by the programs themselves: ../../programs
const RUNS = { seed: 7, numRuns: 2000 };
const hostile = fc.string({
  unit: fc.constantFrom(...Array.from('\'"\\$`!#&;|<>(){}[]*?~= \t\n\r\u0007\u202eäé𝄞a-')),
  maxLength: 12,
});
const any = fc.oneof(
  hostile,
  fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
);

test('a word quoted for sh is that word again, by the rules of POSIX', () => {
  fc.assert(
    fc.property(any, (word) => {
      expect(readPosixWord(quotePosix(word))).toBe(word);
    }),
    RUNS,
  );
});

test('a word with a NUL is refused: no argument can hold it', () => {
  expect(() => quotePosix('a\0b')).toThrow('NUL');
});

test('a Python literal is printable ASCII and holds the text again', () => {
  fc.assert(
    fc.property(any, (text) => {
      const literal = quotePython(text);
      expect(literal).toMatch(/^'[ -~]*'$/);
      expect(readPythonLiteral(literal)).toBe(text);
    }),
    RUNS,
  );
});

test.each(['a\nb', 'a\rb', 'a\0b'])('an input file of aria2 refuses %j', (text) => {
  expect(() => oneLine(text)).toThrow('line break');
});

// POSIX.1-2024, XCU 2.2: within single quotes each character is itself; outside, only a backslash quotes.
function readPosixWord(text: string): string {
  let word = '';
  let rest = text;
  while (rest !== '') {
    const [whole = '', single, escaped, plain] = /^(?:'([^']*)'|\\(.)|([\w@%+:,./-]))/s.exec(rest) ?? [];
    if (whole === '') throw new Error(`not one word: ${rest}`);
    word += single ?? escaped ?? plain ?? '';
    rest = rest.slice(whole.length);
  }
  return word;
}

function readPythonLiteral(literal: string): string {
  return literal
    .slice(1, -1)
    .replace(/\\(?:x(..)|u(....)|U(.{8})|(.))/g, (_, two: string, four: string, eight: string, one: string) =>
      one === undefined ? String.fromCodePoint(Number.parseInt(two ?? four ?? eight, 16)) : one,
    );
}
