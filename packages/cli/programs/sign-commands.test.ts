import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ossTest as test } from '@ossgrant/local-oss/vitest';
import fc from 'fast-check';
import { expect } from 'vitest';
import { runCli } from '../test/run-cli.ts';
import { hasProgram, runProgram } from './run-program.ts';

const FIXED = [
  "a'b.txt",
  '$(touch hacked).txt',
  '`touch hacked`.txt',
  '-o hacked.txt',
  '-',
  '"; touch hacked; ".txt',
  'a b  c.txt',
  '%20+&=?#.txt',
  '[1-3]{a,b}.txt',
  String.raw`C:\hacked.txt`,
  '年度 报告.txt',
  'x\u202etxt.exe',
  '../../hacked.txt',
  '/etc/hacked',
  '~/hacked',
];
const CHARACTERS = Array.from('\'"\\$`!#&;|<>(){}[]*?~%+= äé𝄞\u202e./-ab');
const keys = fc.sample(fc.string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1, maxLength: 20 }), {
  seed: 7,
  numRuns: 40,
});

/** Keys that may be signed: neither what OSS refuses as a name, nor what no link can carry. */
const KEYS = [...new Set([...FIXED, ...keys])].filter((key) => !/^[/\\]/.test(key) && !/^\.{1,2}$/.test(key));

test.for([
  ['--curl', 'sh', ['-e']],
  ['--wget', 'sh', ['-e']],
  ['--python', 'python3', ['-']],
  ['--aria2', 'aria2c', ['-i', '-', '-q', '--no-conf', '-j1', '--auto-file-renaming=false']],
] as const)(
  '%s saves every object, whatever its key, and does nothing else',
  async ([format, program, args], { oss, skip }) => {
    const programs = [program, ...(program === 'sh' ? [format.slice(2)] : [])];
    skip(!programs.every(hasProgram));
    const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-programs-'));
    try {
      for (const key of KEYS) await oss.put('my-bucket', key, `content of ${key}`);
      const { code, stdout } = await runCli(
        ['sign', 'oss://my-bucket/', '--files-from', '-', format, '--header', 'x-oss-meta-a=it\'s "$HOME"'],
        { env: oss.environment(), stdin: KEYS.join('\n') },
      );
      expect(code).toBe(0);
      await runProgram(program, args, folder, stdout);
      const files = await readdir(folder);
      const contents = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
      expect(contents.sort()).toEqual(KEYS.map((key) => `content of ${key}`).sort());
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

test('--curl with -X PUT sends a file', async ({ oss, skip }) => {
  skip(!hasProgram('curl'));
  await oss.createBucket('my-bucket');
  const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-programs-'));
  try {
    await writeFile(path.join(folder, 'a b.txt'), 'sent');
    const put = await runCli(['sign', 'oss://my-bucket/a b.txt', '-X', 'PUT', '--curl'], { env: oss.environment() });
    await runProgram('sh', ['-e'], folder, put.stdout);
    const get = await runCli(['sign', 'oss://my-bucket/a b.txt'], { env: oss.environment() });
    expect(await (await fetch(get.stdout.trim())).text()).toBe('sent');
  } finally {
    await rm(folder, { recursive: true });
  }
});
