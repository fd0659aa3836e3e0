import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { ossTest } from '@ossgrant/local-oss/vitest';
import { describe, expect, inject } from 'vitest';
import { runCli } from '../../run-cli.ts';

const test = ossTest.extend<{ cwd: string }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the names of fixtures from this pattern
  cwd: async ({}, use) => {
    const cwd = await mkdtemp(path.join(tmpdir(), 'ossgrant-targets-'));
    await use(cwd);
    await rm(cwd, { recursive: true, force: true });
  },
});

const OBJECT = 'oss://my-bucket/a.txt';

describe('where a download goes', () => {
  test('a name with a slash at the end, and an existing folder, are folders', async ({ oss, cwd }) => {
    await oss.put('my-bucket', 'a.txt', 'x');
    const env = oss.environment();
    for (const output of ['new/', 'new']) {
      const { code, stdout } = await runCli(['get', OBJECT, '-o', output], { env, cwd });
      expect({ code, stdout }).toEqual({ code: 0, stdout: `${path.join(cwd, 'new', 'a.txt')}\n` });
    }
  });

  test.for<[string, (cwd: string) => Promise<unknown> | void, string[], string]>([
    ['a device', () => {}, ['-o', '/dev/null'], 'write to stdout instead: -o - > /dev/null'],
    ['a pipe', (cwd) => void execFileSync('mkfifo', ['fifo'], { cwd }), ['-o', 'fifo'], '-o - > fifo'],
    ['a dangling link', (cwd) => symlink('none', path.join(cwd, 'link')), ['-o', 'link'], 'symbolic link'],
    ['a missing folder', () => {}, ['-o', 'none/a.txt'], 'its folder does not exist'],
    ['a file as --out-dir', (cwd) => writeFile(path.join(cwd, 'f'), ''), ['--out-dir', 'f'], '--out-dir: cannot write'],
    ['a folder as --report', (cwd) => mkdir(path.join(cwd, 'd')), ['--report', 'd'], '--report: cannot write'],
    ['a missing --cacert', () => {}, ['--cacert', 'none.pem'], '--cacert none.pem cannot be read (ENOENT)'],
  ])('%s fails before anything is sent', async ([, prepare, args, message], { oss, cwd }) => {
    await oss.put('my-bucket', 'a.txt', 'x');
    await prepare(cwd);
    const { code, stdout, stderr } = await runCli(['get', OBJECT, ...args], { env: oss.environment(), cwd });
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect([1, 2, 4]).toContain(code);
    expect(oss.journal.entries()).toEqual([]);
  });

  test.runIf(process.platform === 'linux')('-o - fails when stdout is closed', async ({ oss }) => {
    await oss.put('my-bucket', 'a.txt', 'x');
    const command = `"${process.execPath}" "${inject('cliEntry')}" get ${OBJECT} -o - >&-`;
    const env = { ...oss.environment(), PATH: process.env['PATH'] ?? '', HOME: tmpdir() };
    expect(() => execFileSync('sh', ['-c', command], { env, stdio: 'pipe' })).toThrow('which is closed');
  });
});

describe('a stored Content-Encoding', () => {
  const packed = gzipSync('unpacked content');
  const headers = { 'content-encoding': 'gzip' };

  test('is pointed out, and --decompress unpacks files and stdout', async ({ oss, cwd }) => {
    await oss.put('my-bucket', 'a.txt', packed, { headers });
    const env = oss.environment();
    const plain = await runCli(['get', OBJECT], { env, cwd });
    expect(plain.stderr).toContain('stored with Content-Encoding gzip: --decompress unpacks it');
    expect(packed.equals(await readFile(path.join(cwd, 'a.txt')))).toBe(true);
    const { mtime } = await stat(path.join(cwd, 'a.txt'));
    expect((await runCli(['get', OBJECT, '--decompress'], { env, cwd })).code).toBe(0);
    expect(await readFile(path.join(cwd, 'a.txt'), 'utf8')).toBe('unpacked content');
    expect(mtime.getMilliseconds()).toBe(0);
    expect((await stat(path.join(cwd, 'a.txt'))).mtime).toEqual(mtime);
    expect((await runCli(['get', OBJECT, '--decompress', '-o', '-'], { env })).stdout).toBe('unpacked content');
    expect(await readdir(cwd)).toEqual(['a.txt']);
  });

  test('bytes that cannot be unpacked stay as they are, and the exit code says so', async ({ oss, cwd }) => {
    await oss.put('my-bucket', 'a.txt', 'not packed', { headers });
    const { code, stderr } = await runCli(['get', OBJECT, '--decompress'], { env: oss.environment(), cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('cannot be unpacked as gzip');
    expect(await readFile(path.join(cwd, 'a.txt'), 'utf8')).toBe('not packed');
    expect(await readdir(cwd)).toEqual(['a.txt']);
  });
});

test('--header fetches a link that demands one, and -q says nothing', async ({ oss, cwd }) => {
  await oss.put('my-bucket', 'a.txt', 'content');
  const { stdout } = await runCli(['sign', OBJECT, '--header', 'x-ticket=one two'], { env: oss.environment() });
  const link = stdout.trim();
  expect((await runCli(['get', link], { cwd })).code).not.toBe(0);
  const args = ['get', link, '-o', '-', '--header', 'X-Ticket=one two', '-q'];
  expect(await runCli(args, { cwd })).toEqual({ code: 0, stdout: 'content', stderr: '' });
});

test('a damaged link fails with its cause, and shows no signature in its name', async ({ oss, cwd }) => {
  await oss.put('my-bucket', 'a.txt', 'content');
  const link = (await runCli(['sign', OBJECT], { env: oss.environment() })).stdout.trim();
  const signature = /x-oss-signature=(\w+)/.exec(link)?.[1] ?? '';
  const secrets = [signature];
  const cut = await runCli(['get', link.slice(0, 230)], { cwd });
  expect(cut.stderr).toContain('the link was cut off');
  const escaped = await runCli(['get', link.replaceAll('&', '&amp;')], { cwd, secrets });
  expect(escaped.stderr).toContain('&amp;');
  const inPath = await runCli(['get', link.replace('?', '%3F').replaceAll('&', '%26')], { cwd, secrets });
  expect(inPath.code).not.toBe(0);
  expect((await readdir(cwd)).join()).not.toContain(signature);
});

test('an archived object says to restore it first', async ({ oss, cwd }) => {
  await oss.put('my-bucket', 'a.txt', 'content', { storageClass: 'Archive' });
  const { code, stderr } = await runCli(['get', OBJECT], { env: oss.environment(), cwd });
  expect(code).not.toBe(0);
  expect(stderr).toContain('the object is archived: restore it first');
});

test('--require-checksum fails where the server sends none', async ({ cwd }) => {
  const { createServer } = await import('node:http');
  const server = createServer((_, response) => response.end('content')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    const { port } = server.address() as { readonly port: number };
    const args = ['get', `http://127.0.0.1:${port}/a.txt`];
    expect((await runCli(args, { cwd })).code).toBe(0);
    const { code, stdout, stderr } = await runCli([...args, '--require-checksum'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('checksum');
  } finally {
    server.close();
  }
});
