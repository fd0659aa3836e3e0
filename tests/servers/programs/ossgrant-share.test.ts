import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import AliOss from 'ali-oss';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUCKET, type Servers, startServers } from './start-servers.ts';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/dist/ossgrant.cjs', import.meta.url));
let servers: Servers;
let folder: string;
beforeAll(async () => {
  servers = await startServers(1);
  folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-share-'));
  await writeFile(path.join(folder, 'key'), `${servers.key}\n`, { mode: 0o600 });
  await writeFile(path.join(folder, 'password.txt'), 'a good one\n');
}, 120_000);
afterAll(async () => {
  await servers.close();
  await rm(folder, { recursive: true });
}, 60_000);

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function ossgrant(...args: readonly string[]): Promise<Run> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    OSSGRANT_SERVER: servers.urls[0] ?? '',
    OSSGRANT_API_KEY_FILE: 'key',
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function create(...args: readonly string[]): Promise<{ id: string; url: string }> {
  const { code, stdout, stderr } = await ossgrant(
    'share',
    'create',
    `oss://${BUCKET}/reports/a.txt`,
    ...args,
    '--json',
  );
  expect(code, stderr).toBe(0);
  const { id, url } = JSON.parse(stdout) as { id: string; url: string };
  return { id, url: (servers.urls[0] ?? '') + new URL(url).pathname };
}

const content = 'content of a\n'.repeat(100_000);

test('a share is made, downloaded once by get, and then used up', async () => {
  const { id, url } = await create('--expires', '7d', '--uses', '1', '--label', 'for Bob');
  const got = await ossgrant('get', url);
  expect(got.code, got.stderr).toBe(0);
  expect(await readFile(path.join(folder, 'a.txt'), 'utf8')).toBe(content);
  expect(got.stdout + got.stderr).not.toContain(url.split('/').at(-1));
  const shown = await ossgrant('share', 'show', id);
  expect(shown.stdout).toMatch(/^state +used-up$/m);
  expect(shown.stdout).toMatch(/^uses +1\/1$/m);
  const again = await ossgrant('get', url, '-o', 'again.txt');
  expect(again.code).not.toBe(0);
  expect(again.stderr).toContain('used');
});

test('a share is paused, resumed, extended, copied, revoked; each is seen by its recipient', async () => {
  const { id, url } = await create();
  const status = async (): Promise<number> => (await fetch(url, { redirect: 'manual' })).status;
  expect((await ossgrant('share', 'pause', id)).stdout).toMatch(/^state +paused$/m);
  expect(await status()).toBe(410);
  expect((await ossgrant('share', 'resume', id)).stdout).toMatch(/^state +active$/m);
  expect(await status()).toBe(302);
  expect((await ossgrant('share', 'extend', id, '--expires', '2030-01-01')).code).not.toBe(0);
  const end = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  expect((await ossgrant('share', 'extend', id, '--expires', end)).stdout).toContain(`ends       ${end}`);
  expect(new URL((await ossgrant('share', 'copy', id)).stdout.trim()).pathname).toBe(new URL(url).pathname);
  expect((await ossgrant('share', 'revoke', id)).code).toBe(0);
  expect(await status()).toBe(410);
  const late = await ossgrant('share', 'resume', id);
  expect([late.code, late.stderr]).toEqual([1, expect.stringContaining('a revoked share cannot be changed')]);
});

test('a password is read from a file, and asked for', async () => {
  const { url } = await create('--password-file', 'password.txt');
  expect((await ossgrant('get', url, '-o', 'locked.txt')).code).not.toBe(0);
  const opened = await ossgrant('get', url, '-o', 'locked.txt', '--password-file', 'password.txt');
  expect(opened.code, opened.stderr).toBe(0);
  expect(await readFile(path.join(folder, 'locked.txt'), 'utf8')).toBe(content);
});

test('get downloads all objects of a share as one use, keeps their folders, and goes on where one is missing', async () => {
  await servers.oss.put(BUCKET, 'reports/2026/b.txt', 'content of b');
  const keys = ['reports/a.txt', 'reports/2026/b.txt', 'reports/gone.txt'];
  const { id, urls } = await servers.share({ key: undefined, keys, maxUses: 1 });
  const got = await ossgrant('get', urls[0] ?? '', '--out-dir', 'several');
  expect([got.code, got.stderr]).toEqual([8, expect.stringContaining('2 of 3 downloads complete, 1 failed')]);
  expect(got.stderr).toContain('reports/gone.txt');
  expect(got.stdout + got.stderr).not.toContain(urls[0]?.split('/').at(-1));
  expect(await readFile(path.join(folder, 'several', 'a.txt'), 'utf8')).toBe(content);
  expect(await readFile(path.join(folder, 'several', '2026', 'b.txt'), 'utf8')).toBe('content of b');
  expect((await ossgrant('share', 'show', id)).stdout).toMatch(/^uses +1\/1$/m);
  const again = await ossgrant('get', urls[0] ?? '', '--out-dir', 'again');
  expect([again.code, again.stderr]).toEqual([
    5,
    expect.stringContaining('the share has been used as often as it may be'),
  ]);
});

test('get downloads what is below the prefix of a share, or the one object that its address names', async () => {
  await servers.oss.put(BUCKET, 'several/x/1.txt', 'one');
  await servers.oss.put(BUCKET, 'several/y z/2.txt', 'two');
  await servers.oss.put(BUCKET, 'several/empty/', '');
  const { urls } = await servers.share({ key: undefined, prefix: 'several/', password: 'a good one' });
  const url = urls[0] ?? '';
  const locked = await ossgrant('get', url, '--out-dir', 'prefix');
  expect([locked.code, locked.stderr]).toEqual([7, expect.stringContaining('the share has a password')]);
  const password = ['--password-file', 'password.txt'];
  const got = await ossgrant('get', url, '--out-dir', 'prefix', ...password);
  expect(got.code, got.stderr).toBe(0);
  expect(await readFile(path.join(folder, 'prefix', 'x', '1.txt'), 'utf8')).toBe('one');
  expect(await readFile(path.join(folder, 'prefix', 'y z', '2.txt'), 'utf8')).toBe('two');
  const one = await ossgrant('get', `${url}/o/several/y%20z/2.txt`, '-o', 'one.txt', ...password);
  expect(one.code, one.stderr).toBe(0);
  expect(await readFile(path.join(folder, 'one.txt'), 'utf8')).toBe('two');
  const into = await ossgrant('get', url, '-o', 'one.txt', ...password);
  expect([into.code, into.stderr]).toEqual([2, expect.stringContaining('--out-dir')]);
});

test('lists shares, and goes on where one of several fails', async () => {
  const { id } = await create('--label', 'listed');
  const { stdout } = await ossgrant('share', 'list', '--label', 'listed');
  expect(stdout).toMatch(new RegExp(`^${id} {2}active +0 {2}.*oss://${BUCKET}/reports/a.txt {2}listed$`, 'm'));
  const both = await ossgrant('share', 'revoke', '0'.repeat(32), id);
  expect([both.code, both.stderr]).toEqual([8, expect.stringContaining('there is no such share')]);
  expect(both.stdout).toContain('revoked');
});

test('takes no key from a file that others can read', async () => {
  await chmod(path.join(folder, 'key'), 0o644);
  try {
    const { code, stderr } = await ossgrant('share', 'list');
    expect([code, stderr]).toEqual([3, expect.stringContaining('chmod 600')]);
  } finally {
    await chmod(path.join(folder, 'key'), 0o600);
  }
});

test('grant --server gives credentials that download the object, and no other', async () => {
  const address = `oss://${BUCKET}/reports/a.txt`;
  const { code, stdout, stderr } = await ossgrant('grant', address, '--server', servers.urls[0] ?? '', '--json');
  expect(code, stderr).toBe(0);
  const { accessKeyId, accessKeySecret, securityToken } = JSON.parse(stdout) as Readonly<Record<string, string>>;
  const client = new AliOss({
    endpoint: servers.oss.endpoint,
    region: `oss-${servers.oss.region}`,
    bucket: BUCKET,
    accessKeyId: String(accessKeyId),
    accessKeySecret: String(accessKeySecret),
    stsToken: String(securityToken),
  });
  expect(String((await client.get('reports/a.txt')).content)).toBe(content);
  await expect(client.get('reports/b.txt')).rejects.toMatchObject({ status: 403 });
});
