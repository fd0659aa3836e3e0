import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { loadVectors } from '../load-vectors.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const here = join(import.meta.dirname, '..');

// The wrappers fetch nothing: the program itself is in a package for this platform, which their install script would link.
function program(wrapper: string, platformPackage: string, file: string): string {
  const manifest = createRequire(require.resolve(`${wrapper}/package.json`)).resolve(`${platformPackage}/package.json`);
  return join(dirname(manifest), file);
}

it.each([
  ['Bun', program('bun', '@oven/bun-linux-x64', 'bin/bun'), ['run']],
  [
    'Deno',
    program('deno', '@deno/linux-x64-glibc', 'deno'),
    ['run', '--no-remote', '--node-modules-dir=manual', '-R', '-E'],
  ],
])('signs every vector in %s', async (_, command, args) => {
  const folder = await mkdtemp(join(tmpdir(), 'ossgrant-'));
  try {
    const file = join(folder, 'vectors.json');
    await writeFile(file, JSON.stringify(loadVectors()));
    const { stdout } = await run(command, [...args, 'main.mjs', file], { cwd: here });
    expect(JSON.parse(stdout)).toEqual({ passed: loadVectors().length, failed: [] });
  } finally {
    await rm(folder, { recursive: true });
  }
});
