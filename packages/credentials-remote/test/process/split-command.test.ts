import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { splitCommand } from '../../src/process/external-process.ts';

describe('splitCommand', () => {
  it.each([
    ['a  b\tc', ['a', 'b', 'c']],
    [`a 'b c' "d e"f`, ['a', 'b c', 'd ef']],
    [`a\\ b 'it'\\''s'`, ['a b', "it's"]],
    [String.raw`"a\"b\\c\d"`, [String.raw`a"b\c\d`]],
    [`a '' ""`, ['a', '', '']],
  ])('splits %s', (command, words) => {
    expect(splitCommand(command)).toEqual(words);
  });

  it.each([`a 'b`, 'a "b', 'a b\\'])('refuses %s', (command) => {
    expect(() => splitCommand(command)).toThrow('not closed');
  });

  it('splits as a shell does, for words that a shell does not expand', () => {
    const word = fc.stringMatching(/^[a-z'"\\ ]{1,8}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), (words) => {
        const command = `x ${words.map((text) => `'${text.replaceAll("'", String.raw`'\''`)}'`).join(' ')}`;
        const byShell = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' });
        expect(splitCommand(command)).toEqual(byShell.slice(0, -1).split('\n'));
        expect(splitCommand(command)).toEqual(['x', ...words]);
      }),
      { numRuns: 30 },
    );
  });
});
