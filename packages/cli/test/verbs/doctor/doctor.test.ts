import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LocalOss } from '@ossgrant/local-oss';
import { ossTest as test } from '@ossgrant/local-oss/vitest';
import { expect } from 'vitest';
import { runCli, type RunResult } from '../../run-cli.ts';
import { expectSchema } from '../../schema.ts';

async function signed(oss: LocalOss, ...args: readonly string[]): Promise<string> {
  const { stdout } = await runCli(['sign', ...args], { env: oss.environment() });
  return stdout.trim();
}

function doctor(oss: LocalOss, args: readonly string[], more: { readonly cwd?: string } = {}): Promise<RunResult> {
  return runCli(['doctor', ...args], { env: oss.environment(), ...more });
}

async function inFolder(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-doctor-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a link that works is found to work, with a probe and without', async ({ oss }) => {
  await oss.put('my-bucket', 'a.txt', 'hello');
  const link = await signed(oss, 'oss://my-bucket/a.txt');
  const probed = await doctor(oss, [link, '--probe']);
  expect(probed).toMatchObject({ code: 0, stderr: '' });
  expect(probed.stdout).toContain('server: 206, the link works');
  expect((await doctor(oss, [link])).code).toBe(0);
});

test('an expired link is recognised by the exit code, without asking the server', async ({ oss }) => {
  const link = await signed(oss, 'oss://my-bucket/a.txt', '--at', '2020-01-01');
  const { code, stdout } = await doctor(oss, [link]);
  expect(code).toBe(5);
  expect(stdout).toContain('cause: the link ended at 2020-01-01T00:15:00.000Z (EXPIRED)\n  fix: ask for a new link');
  expect(oss.journal.entries()).toEqual([]);
});

test('a link that was changed is a mismatch, and the secret proves what changed', async ({ oss }) => {
  await oss.put('my-bucket', 'a.txt', 'hello');
  const link = `${await signed(oss, 'oss://my-bucket/a.txt')}&utm_source=mail`;
  const { code, stdout } = await doctor(oss, [link, '--probe']);
  expect(code).toBe(6);
  expect(stdout).toContain('(PARAMETER_APPENDED)');
  expect(stdout).toMatch(/server: 403 SignatureDoesNotMatch\n(.*\n)*  EC 0002-00000201/);
  expect(stdout).toContain('signature: does not match');
});

test('the key of another is not held against a link', async ({ oss }) => {
  const link = await signed(oss, 'oss://my-bucket/a.txt');
  const { code, stdout } = await runCli(['doctor', link], {
    env: { OSS_ACCESS_KEY_ID: 'LTAI5tSomebodyElse', OSS_ACCESS_KEY_SECRET: 'another-secret' },
  });
  expect(code).toBe(0);
  expect(stdout).not.toContain('signature:');
});

test('a HEAD with a GET link is explained from the header that HEAD gets', async ({ oss }) => {
  await oss.put('my-bucket', 'a.txt', 'hello');
  const { code, stdout } = await doctor(oss, [await signed(oss, 'oss://my-bucket/a.txt'), '-X', 'head', '--probe']);
  expect(code).toBe(6);
  expect(stdout).toContain('(METHOD_DIFFERS)');
});

test('a refusal that has another cause than the signature ends with its own code', async ({ oss }) => {
  await oss.createBucket('my-bucket');
  const missing = await doctor(oss, [await signed(oss, 'oss://my-bucket/none.txt'), '--probe']);
  expect(missing.code).toBe(4);
  expect(missing.stdout).toContain('server: 404 NoSuchKey');
  await oss.put('my-bucket', 'a.txt', 'hello');
  oss.configureBucket('my-bucket', {
    policy: {
      Version: '1',
      Statement: [
        { Effect: 'Deny', Principal: ['*'], Action: ['oss:GetObject'], Resource: ['acs:oss:*:*:my-bucket/*'] },
      ],
    },
  });
  const denied = await doctor(oss, [await signed(oss, 'oss://my-bucket/a.txt'), '--probe']);
  expect(denied.code).toBe(7);
  expect(denied.stdout).toContain('check the policies of the RAM user or role');
});

test('--request and --error explain a request as curl -v shows it, and show no signature', async ({ oss }) => {
  await oss.put('my-bucket', 'a.txt', 'hello');
  const link = new URL(await signed(oss, 'oss://my-bucket/a.txt', '-X', 'PUT', '--header', 'content-type=text/plain'));
  const refused = await fetch(link, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/html' } });
  const request = [
    `* Connected to ${link.host}`,
    `> PUT ${link.pathname}${link.search} HTTP/1.1`,
    `> Host: ${link.host}`,
    '> Content-Type: text/html',
    '>',
    '< HTTP/1.1 403 Forbidden',
  ].join('\r\n');
  await inFolder({ 'request.txt': request, 'error.xml': await refused.text() }, async (cwd) => {
    const { code, stdout } = await doctor(oss, ['--request', 'request.txt', '--error', 'error.xml'], { cwd });
    expect(code).toBe(6);
    expect(stdout).toContain('server: SignatureDoesNotMatch');
    expect(stdout).not.toContain(link.searchParams.get('x-oss-signature'));
  });
});

test('--json gives causes, differences and what the server said', async ({ oss }) => {
  await oss.put('my-bucket', 'a.txt', 'hello');
  const link = await signed(oss, 'oss://my-bucket/a.txt', '-X', 'PUT', '--header', 'content-type=text/plain');
  const { code, stdout } = await doctor(oss, [link, '--probe', '--json']);
  expect(code).toBe(6);
  expect(expectSchema('doctor', JSON.parse(stdout))).toMatchObject({
    signatureMatches: false,
    probed: 403,
    server: { status: 403, code: 'SignatureDoesNotMatch', ec: '0002-00000201' },
    exitCode: 6,
  });
});

test('--error alone explains the refusal and the remedy', async ({ oss }) => {
  const error =
    '<Error><Code>SecurityTokenExpired</Code><Message>expired\u202e</Message><RequestId>R1</RequestId></Error>';
  await inFolder({ 'error.xml': error }, async (cwd) => {
    const { code, stdout } = await doctor(oss, ['--error', 'error.xml'], { cwd });
    expect(code).toBe(3);
    expect(stdout).toBe(
      'server: SecurityTokenExpired\n  expired\n  request R1\n  fix: sign again with new temporary credentials\n',
    );
    const json = await doctor(oss, ['--error', 'error.xml', '--json'], { cwd });
    expect(expectSchema('doctor', JSON.parse(json.stdout))).toEqual({
      causes: [],
      server: { code: 'SecurityTokenExpired', message: 'expired', requestId: 'R1' },
      exitCode: 3,
    });
  });
});

test.for([
  [[], 'give a URL, --request or --error'],
  [['https://b/k', '--request', 'x'], 'exclude each other'],
  [['https://b/k', '--probe', '-X', 'PUT'], 'could change something'],
  [['--error', 'missing.xml'], 'missing.xml cannot be read (ENOENT)'],
  [['ftp://b/k'], 'not an http or https URL'],
] as const)('doctor %j fails before anything is sent', async ([args, says], { oss }) => {
  const { code, stdout, stderr } = await doctor(oss, args);
  expect(stderr).toContain(says);
  expect(stdout).toBe('');
  expect([2, 4]).toContain(code);
});
