import path from 'node:path';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { ossTest } from '@ossgrant/local-oss/vitest';
import { expect, inject, test } from 'vitest';
import { formatEnvironment, type EnvironmentFormat } from '../src/output/quote.ts';
import { hasProgram, runProgram } from './run-program.ts';

const CHARACTERS = Array.from('\'"\\$`!#&;|<>(){}[]*?~%= \t\n\r\u0007\u202e\u2018\u2019\u201a\u201bäé𝄞a-');
const value = fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 20 });
const values = fc.array(value, { minLength: 100, maxLength: 200 });
// Each run is a process, with many variables in it.
const RUNS = { seed: 7, numRuns: 10 };

const PRINT =
  'process.stdout.write(JSON.stringify(Object.keys(process.env).filter((n) => /^V\\d+$/.test(n)).sort((a, b) => a.slice(1) - b.slice(1)).map((n) => process.env[n])))';

function write(all: readonly string[], format: EnvironmentFormat): string {
  return formatEnvironment(Object.fromEntries(all.map((text, index) => [`V${index}`, text])), format);
}

function isWritable(text: string): boolean {
  try {
    return write([text], 'dotenv') !== '';
  } catch {
    return false;
  }
}

test.for(['sh', 'bash', 'zsh'].filter(hasProgram))('%s hands the variables on as they are', async (shell) => {
  await fc.assert(
    fc.asyncProperty(values, async (all) => {
      const script = `eval "$(cat <<'END-OF-VARIABLES'\n${write(all, 'sh')}END-OF-VARIABLES\n)"\n${process.execPath} -e '${PRINT}'\n`;
      expect(JSON.parse(await runProgram(shell, ['-s'], tmpdir(), script))).toEqual(all);
    }),
    RUNS,
  );
});

test('node --env-file reads them as they are', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-env-'));
  try {
    await fc.assert(
      fc.asyncProperty(values, async (all) => {
        const writable = all.filter(isWritable);
        await writeFile(path.join(folder, '.env'), write(writable, 'dotenv'));
        expect(JSON.parse(await runProgram(process.execPath, ['--env-file=.env', '-e', PRINT], folder))).toEqual(
          writable,
        );
      }),
      RUNS,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.skipIf(!hasProgram('pwsh'))('PowerShell hands the variables on as they are', async () => {
  await fc.assert(
    fc.asyncProperty(values, async (all) => {
      // An empty value takes a variable away.
      const set = all.filter((text) => text !== '');
      const script = `${write(set, 'powershell')}& '${process.execPath}' -e '${PRINT}'\n`;
      expect(JSON.parse(await runProgram('pwsh', ['-NoProfile', '-Command', script], tmpdir()))).toEqual(set);
    }),
    RUNS,
  );
});

ossTest('eval "$(ossgrant grant ...)" gives a shell what it needs to download', async ({ oss }) => {
  await oss.put('my-bucket', 'dir/a.txt', 'the content');
  const entry = inject('cliEntry');
  const script = [
    formatEnvironment(oss.environment(), 'sh'),
    `ossgrant() { ${process.execPath} ${entry} "$@"; }`,
    'eval "$(ossgrant grant oss://my-bucket/dir/ --session alice)"',
    'ossgrant get oss://my-bucket/dir/a.txt -o -',
  ];
  expect(await runProgram('sh', ['-s'], tmpdir(), script.join('\n'))).toBe('the content');
  expect(oss.journal.entries().at(-1)).toMatchObject({ method: 'GET', status: 200 });
});
