import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type LocalOss, startLocalOss } from '@ossgrant/local-oss';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort, startPostgres } from '../start-postgres.mjs';
import { BIN } from './start-servers.ts';

const GUIDE = readFileSync(path.join(import.meta.dirname, '../../../docs/guides/run-the-grant-server.md'), 'utf8');
const BLOCKS = [...GUIDE.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = '']) => text);
const PORTS = ['8787', '8788', '8789', '8790'];

let folder: string;
let oss: LocalOss;
let database: Awaited<ReturnType<typeof startPostgres>>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'grant-guide-'));
  [oss, database] = await Promise.all([startLocalOss(), startPostgres()]);
  await oss.put('my-bucket', 'reports/q3.pdf', 'a report');
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  await pool.query(`create role grants login createdb password 'secret'`);
  await pool.query('create database grants owner grants');
  await pool.end();
  // `npx grant-server` of a package that is installed.
  await writeFile(path.join(folder, 'npx'), `#!/bin/sh\nshift\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  await chmod(path.join(folder, 'npx'), 0o755);
}, 60_000);
afterAll(async () => {
  await database.close();
  await oss.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the guide's blocks in one bash, with ports and a database of this run. @returns what they printed, and the exit code */
async function runBlocks(): Promise<{ code: number | null; out: string; err: string }> {
  let text = BLOCKS.join('\n').replaceAll('@127.0.0.1/', `@127.0.0.1:${database.port}/`);
  const ports = await Promise.all(PORTS.map(() => freePort()));
  for (const [index, port] of PORTS.entries()) text = text.replaceAll(port, String(ports[index]));
  await writeFile(path.join(folder, 'guide.sh'), text);
  const env = {
    PATH: [folder, database.bin, path.dirname(process.execPath), process.env['PATH'] ?? ''].join(path.delimiter),
    ...oss.environment(),
    OSS_ENDPOINT: oss.endpoint,
    // The server's default is the first port of the guide.
    PORT: String(ports[0]),
  };
  const args = ['-eu', '-o', 'pipefail', 'guide.sh'];
  // A group of its own, so that nothing stays behind.
  const bash = spawn('bash', args, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  bash.stdout.on('data', (data: Buffer) => void (out += data.toString()));
  bash.stderr.on('data', (data: Buffer) => void (err += data.toString()));
  try {
    const code = await new Promise<number | null>((resolve) => bash.once('exit', resolve));
    return { code, out, err };
  } finally {
    try {
      process.kill(-(bash.pid ?? Number.NaN), 'SIGKILL');
    } catch {
      // It has stopped all that it started.
    }
  }
}

test('every command of the guide runs, in its order, and prints what the guide says', async () => {
  const expected = [...BLOCKS.join('\n').matchAll(/# prints (.+)$/gm)].map(([, text = '']) => text);
  expect(expected.length).toBeGreaterThan(10);
  const { code, out, err } = await runBlocks();
  expect({ code, printed: out.replace(/\s+/g, ' ').trim(), err }).toEqual({
    code: 0,
    printed: expected.join(' '),
    err: '',
  });
}, 600_000);

test('the metrics that its alerts name are there', async () => {
  const [, text = ''] = /^```yaml\n(.*?)^```$/ms.exec(GUIDE) ?? [];
  const { groups } = parse(text) as { groups: { rules: { alert: string; expr: string }[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  const metrics = await readFile(path.join(folder, 'metrics.txt'), 'utf8');
  expect(rules.length).toBeGreaterThan(5);
  for (const { alert, expr } of rules) {
    const names = expr.match(/\b(?:grant|process|nodejs)_\w+/g) ?? [];
    expect(names, alert).not.toEqual([]);
    for (const name of names)
      expect(metrics, alert).toMatch(new RegExp(`^# TYPE ${name.replace(/_(?:count|bucket)$/, '')} `, 'm'));
  }
});
