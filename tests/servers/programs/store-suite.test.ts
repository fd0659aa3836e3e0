import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startPostgres } from '../start-postgres.mjs';

test('the suite of grant-handler passes on PostgreSQL as it does on PGlite', async () => {
  const database = await startPostgres();
  try {
    const root = path.join(import.meta.dirname, '../../..');
    const child = spawn('node_modules/.bin/vitest', ['run', 'packages/grant-handler/test', '--reporter=dot'], {
      cwd: root,
      env: { ...process.env, CI: '', OSSGRANT_TEST_POSTGRES: database.url },
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code, output).toBe(0);
    // A suite that ran nothing would pass too.
    expect(Number(/Tests\D+(\d+) passed/.exec(output.replaceAll(/\x1b\[\d+m/g, ''))?.[1])).toBeGreaterThan(80);
  } finally {
    await database.close();
  }
}, 300_000);
