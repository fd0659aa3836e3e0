import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, startCli, type RunningCli } from '../run-cli.ts';
import { expectSchema } from '../schema.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-local-'));
  await mkdir(path.join(folder, 'seeded-bucket'));
  await writeFile(path.join(folder, 'seeded-bucket', 'a.txt'), 'from the folder');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SECRETS = { showsSecrets: true };

/** Runs with a server until it is done with it, then presses Ctrl-C. */
async function withServer(
  args: readonly string[],
  use: (env: Record<string, string>, running: RunningCli) => Promise<void>,
): Promise<Awaited<RunningCli['ended']>> {
  const running = startCli(['local', ...args], SECRETS);
  try {
    const { stdout } = await running.printed('stop with Ctrl-C');
    await use(parseEnv(stdout.replaceAll(/^export /gm, '')) as Record<string, string>, running);
  } finally {
    running.child.kill('SIGINT');
  }
  return running.ended;
}

test('prints variables with which other verbs work, and ends with 0 at Ctrl-C', async () => {
  const { code, stdout } = await withServer([], async (env, { child }) => {
    expect(child.exitCode).toBe(null);
    expect(env['OSS_ENDPOINT']).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const got = await runCli(['get', 'oss://my-bucket/team-a/notes.txt', '-o', '-'], { env });
    expect({ code: got.code, stdout: got.stdout }).toEqual({ code: 0, stdout: 'notes of team a\n' });
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^(export [A-Z_]+=\S+\n)+$/);
});

test('--seed fills it from a folder, --requests shows what was asked and why it was refused', async () => {
  const { stderr } = await withServer(['--seed', folder, '--requests', '--refuse-v1'], async (env) => {
    expect((await runCli(['get', 'oss://seeded-bucket/a.txt', '-o', '-'], { env })).stdout).toBe('from the folder');
    expect((await fetch(`${env['OSS_ENDPOINT']}/seeded-bucket/a.txt`)).status).toBe(403);
  });
  expect(stderr).toContain('GET');
  expect(stderr).toContain('refused: ');
});

test('--for ends it, --json gives the variables as an object', async () => {
  const { code, stdout, stderr } = await runCli(['local', '--for', '1s', '--json'], SECRETS);
  expect(code).toBe(0);
  expect(expectSchema('local', JSON.parse(stdout))).toMatchObject({ OSS_REGION: 'cn-hangzhou' });
  expect(stderr).toMatch(/^listening on http:/);
});

test.each([
  [['--port', '65536'], '--port "65536" is not a valid port'],
  [['--for', 'ever'], '--for "ever" is not a valid duration'],
  [['--for', '25d'], 'longer than 24 days'],
])('%j is refused, exit code 2', async (args, message) => {
  const { code, stdout, stderr } = await runCli(['local', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});
