import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { ossTest } from '@ossgrant/local-oss/vitest';
import { expect, inject } from 'vitest';
import { formatEnvironment } from '../src/output/quote.ts';
import { hasProgram, runProgram } from './run-program.ts';

/** What a command writes to a terminal of 80 columns. */
function onTerminal(command: string, env: Readonly<Record<string, string>>, cwd: string): Promise<string> {
  const inside = `stty cols 80; ${formatEnvironment(env, 'sh')}${process.execPath} ${inject('cliEntry')} ${command}`;
  return runProgram('script', ['-qec', inside, '/dev/null'], cwd);
}

ossTest.skipIf(!hasProgram('script'))(
  'on a terminal a bar grows in one line, and is gone at the end',
  async ({ oss }) => {
    const cwd = await mkdtemp(path.join(tmpdir(), 'ossgrant-terminal-'));
    try {
      await oss.put('my-bucket', 'large\u202e.bin', randomBytes(20_000_000));
      const printed = await onTerminal(
        "get 'oss://my-bucket/large\u202e.bin' --limit-rate 20MB/s",
        oss.environment(),
        cwd,
      );
      const lines = printed.split('\n').map((line) => line.trimEnd());
      // A key cannot turn the text around.
      expect(lines[0]).toMatch(/^oss:\/\/my-bucket\/large\\u\{202e\}\.bin -> /);
      const bars = (lines[1] ?? '').split('\r\u001b[K').filter((bar) => bar.includes(' of 20.0 MB'));
      expect(bars.length).toBeGreaterThan(3);
      const percents = bars.map((bar) => Number.parseInt(bar, 10));
      expect(percents).toEqual([...percents].sort((a, b) => a - b));
      for (const bar of bars) expect(bar.length).toBeLessThan(80);
      expect(printed).toContain('\r\u001b[K' + path.join(cwd, 'large_.bin') + ': 20.0 MB in 0:0');
      expect((await stat(path.join(cwd, 'large_.bin'))).size).toBe(20_000_000);
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  },
);

ossTest.skipIf(!hasProgram('script'))('a dumb terminal gets no codes, and none gets colours', async ({ oss }) => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'ossgrant-terminal-'));
  try {
    await oss.put('my-bucket', 'large.bin', randomBytes(4_000_000));
    const command = 'get oss://my-bucket/large.bin';
    const dumb = await onTerminal(command, { ...oss.environment(), TERM: 'dumb' }, cwd);
    expect(dumb).toContain('4.0 MB in 0:0');
    expect(dumb).not.toContain('\u001b');
    const able = await onTerminal(command, { ...oss.environment(), TERM: 'xterm-256color' }, cwd);
    expect(able).toContain('\u001b[K');
    expect(able.replaceAll('\u001b[K', '')).not.toContain('\u001b');
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
});
