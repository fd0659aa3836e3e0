import { expect, test } from 'vitest';
import { assertNoSecrets, runCli, startCli } from './run-cli.ts';

const SILENT = { code: 0, stdout: '', stderr: '' };

test('the harness fails a run that prints a secret or a token, in any writing', () => {
  const check = (shown: Partial<typeof SILENT>, mayShow = false): void =>
    assertNoSecrets({ ...SILENT, ...shown }, ['se/cret+value'], mayShow);
  expect(() => check({ stdout: 'x se/cret+value' })).toThrow('stdout');
  expect(() => check({ stdout: 'token=se%2Fcret%2Bvalue' })).toThrow('stdout');
  expect(() => check({ stderr: 'se/cret+value' }, true)).toThrow('stderr');
  expect(() => check({ stderr: '?x-oss-signature=abc' }, true)).toThrow('signature');
  expect(() => check({ stdout: 'se/cret+value' }, true)).not.toThrow();
});

test('no verb at all shows the help on stderr and is a usage error', async () => {
  const { code, stdout, stderr } = await runCli([]);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('ossgrant sign');
});

test('the exit code stays what it is when nobody reads stderr', async () => {
  const { child, ended } = startCli(['sing']);
  child.stderr?.destroy();
  expect((await ended).code).toBe(2);
});

test('--version prints the version alone', async () => {
  expect(await runCli(['--version'])).toEqual({ code: 0, stdout: '0.0.0\n', stderr: '' });
});

test.each([
  [['sing', 'oss://b/k'], 'did you mean sign?'],
  [['sign', 'oss://b/k', '--expire', '15m'], 'did you mean --expires?'],
  [['sign'], 'oss://BUCKET/KEY is missing'],
  [['sign', 'oss://b/k', '--expires'], '--expires needs a value: 15m|7d|DATE'],
  [['sign', 'oss://b/k', '--access-key-secret', 'se/cret+value'], 'OSS_ACCESS_KEY_SECRET'],
  [['sign', 'oss://b/k', '--sk=se/cret+value'], 'never passed as arguments'],
])('%j is a usage error that helps', async (args, help) => {
  const { code, stdout, stderr } = await runCli(args, { secrets: ['se/cret+value'] });
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(help);
});
