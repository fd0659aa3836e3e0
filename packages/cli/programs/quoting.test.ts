import fc from 'fast-check';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { quotePosix, quotePython } from '../src/output/quote.ts';
import { hasProgram, runProgram } from './run-program.ts';

const CHARACTERS = Array.from('\'"\\$`!#&;|<>(){}[]*?~%= \t\n\r\u0007\u202eäé𝄞a-');
const hostile = fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 20 });
const words = fc.array(
  fc.oneof(
    hostile,
    fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
  ),
  {
    minLength: 100,
    maxLength: 200,
  },
);
// Each run is a process, with many words in it.
const RUNS = { seed: 7, numRuns: 10 };

test.for(['sh', 'bash', 'zsh'].filter(hasProgram))('%s reads quoted words as they were', async (shell) => {
  await fc.assert(
    fc.asyncProperty(words, async (all) => {
      const printed = await runProgram(shell, ['-s'], tmpdir(), `printf '%s\\0' ${all.map(quotePosix).join(' ')}\n`);
      expect(printed.split('\0').slice(0, -1)).toEqual(all);
    }),
    RUNS,
  );
});

test.skipIf(!hasProgram('python3'))('Python reads literals as they were', async () => {
  await fc.assert(
    fc.asyncProperty(words, async (all) => {
      const script = `import sys\nfor text in [${all.map(quotePython).join(', ')}]:\n    sys.stdout.write(text + '\\0')\n`;
      const printed = await runProgram('python3', ['-'], tmpdir(), script);
      expect(printed.split('\0').slice(0, -1)).toEqual(all);
    }),
    RUNS,
  );
});
