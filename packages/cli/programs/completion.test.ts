import path from 'node:path';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { VERBS } from '../src/verbs.ts';
import { runCli } from '../test/run-cli.ts';
import { hasProgram, runProgram } from './run-program.ts';

const FIRST = [...new Set(VERBS.map(({ name }) => name.split(' ')[0] ?? ''))];

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-completion-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function script(shell: string): Promise<string> {
  const { code, stdout, stderr } = await runCli(['completion', shell]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe.skipIf(!hasProgram('bash'))('bash', () => {
  async function complete(words: readonly string[], folder: string): Promise<readonly string[]> {
    const call = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _ossgrant`;
    const text = `${await script('bash')}\n${call}\n[[ \${#COMPREPLY[@]} -eq 0 ]] || printf '%s\\n' "\${COMPREPLY[@]}"\n`;
    return (await runProgram('bash', ['-s'], folder, text)).split('\n').slice(0, -1);
  }

  test('completes verbs, options, the values of options, and files with odd names', () =>
    inFolder(async (folder) => {
      expect(await complete(['ossgrant', ''], folder)).toEqual([...FIRST, '--help', '--version']);
      expect(await complete(['ossgrant', 'sign', '--if'], folder)).toEqual(['--if-shorter']);
      expect(await complete(['ossgrant', 'sign', '--if-shorter', ''], folder)).toEqual(['error', 'clamp']);
      expect(await complete(['ossgrant', 'completion', 'z'], folder)).toEqual(['zsh']);
      expect(await complete(['ossgrant', 'sign', '--method', ''], folder)).toEqual([]);
      await writeFile(path.join(folder, 'a $(b) c.txt'), '');
      expect(await complete(['ossgrant', 'sign', '--files-from', 'a'], folder)).toEqual(['a $(b) c.txt']);
      expect(await complete(['ossgrant', 'sign', 'a'], folder)).toEqual([]);
    }));

  test('offers every option of every verb', () =>
    inFolder(async (folder) => {
      for (const lazy of VERBS) {
        const verb = await lazy.load();
        const offered = await complete(['ossgrant', ...lazy.name.split(' '), '--'], folder);
        expect(offered).toEqual([...Object.keys(verb.options), 'help', 'verbose'].map((name) => `--${name}`));
      }
    }));
});

test.skipIf(!hasProgram('fish'))('fish completes verbs, options and the values of options', () =>
  inFolder(async (folder) => {
    await writeFile(path.join(folder, 'ossgrant.fish'), await script('fish'));
    const complete = async (line: string): Promise<readonly string[]> => {
      const output = await runProgram('fish', ['-c', `source ossgrant.fish; complete -C '${line}'`], folder);
      return output
        .trim()
        .split('\n')
        .map((row) => row.split('\t')[0] ?? '');
    };
    expect([...(await complete('ossgrant '))].sort()).toEqual([...FIRST].sort());
    expect(await complete('ossgrant sign --if')).toEqual(['--if-shorter']);
    expect(await complete('ossgrant sign --if-shorter ')).toEqual(['clamp', 'error']);
  }),
);

test.skipIf(!hasProgram('zsh'))('zsh takes the script', () =>
  inFolder(async (folder) => {
    const text = `autoload -U compinit; compinit -u -d "$PWD/dump"\n${await script('zsh')}\nprint \${_comps[ossgrant]}\n`;
    expect(await runProgram('zsh', ['-f', '-s'], folder, text)).toBe('_ossgrant\n');
  }),
);
