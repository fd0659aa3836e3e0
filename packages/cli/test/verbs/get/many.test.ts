import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { ossTest } from '@ossgrant/local-oss/vitest';
import { describe, expect } from 'vitest';
import { runCli } from '../../run-cli.ts';
import { expectSchema } from '../../schema.ts';

const test = ossTest.extend<{ cwd: string }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the names of fixtures from this pattern
  cwd: async ({}, use) => {
    const cwd = await mkdtemp(path.join(tmpdir(), 'ossgrant-many-'));
    await use(cwd);
    await rm(cwd, { recursive: true, force: true });
  },
});

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

describe('get --recursive', () => {
  test('keeps the folders below the prefix, and a second run with --skip-equal sends listings only', async ({
    oss,
    cwd,
  }) => {
    for (const key of ['logs/2026/a.txt', 'logs/2026/b/a.txt', 'logs/c.txt', 'logs/dir/', 'other/d.txt']) {
      await oss.put('my-bucket', key, key.endsWith('/') ? '' : `content of ${key}`);
    }
    const env = oss.environment();
    const args = ['get', '-r', 'oss://my-bucket/logs/', '--out-dir', 'in', '--skip-equal', '--json'];
    const first = await runCli(args, { env, cwd });
    expect(first.code).toBe(0);
    expect(await filesIn(path.join(cwd, 'in'))).toEqual(['2026/a.txt', '2026/b/a.txt', 'c.txt']);
    expect(await readFile(path.join(cwd, 'in', '2026', 'b', 'a.txt'), 'utf8')).toBe('content of logs/2026/b/a.txt');

    const before = oss.journal.entries().length;
    await writeFile(path.join(cwd, 'in', 'c.txt'), 'changed');
    const second = await runCli(args, { env, cwd });
    const report = expectSchema('get', JSON.parse(second.stdout)) as Record<string, readonly unknown[]>;
    expect(report['skipped']).toHaveLength(2);
    expect(report['downloads']).toMatchObject([{ source: 'oss://my-bucket/logs/c.txt' }]);
    expect(second.stderr).toContain('1 of 3 downloads complete, 2 already there');
    expect(oss.journal.entries().length - before).toBe(2);
  });

  test('--flat writes to one folder, and refuses one file for two objects without stopping the rest', async ({
    oss,
    cwd,
  }) => {
    for (const key of ['p/x/a.txt', 'p/y/A.txt', 'p/z/b.txt']) await oss.put('my-bucket', key, key);
    const { code, stderr } = await runCli(['get', '-r', 'oss://my-bucket/p/', '--flat'], {
      env: oss.environment(),
      cwd,
    });
    expect(code).toBe(8);
    expect(stderr).toContain('another download writes');
    expect(await filesIn(cwd)).toHaveLength(2);
  });

  test('no key leaves the folder, not even through a symbolic link', async ({ oss, cwd }) => {
    await oss.put('my-bucket', 'p/../../up.txt', 'x');
    await oss.put('my-bucket', 'p/link/a.txt', 'x');
    await mkdir(path.join(cwd, 'in'));
    await mkdir(path.join(cwd, 'outside'));
    await symlink(path.join(cwd, 'outside'), path.join(cwd, 'in', 'link'));
    const { code, stderr } = await runCli(['get', '-r', 'oss://my-bucket/p/', '--out-dir', 'in'], {
      env: oss.environment(),
      cwd,
    });
    expect(code).toBe(8);
    expect(stderr).toContain('through a symbolic link');
    expect(await filesIn(cwd)).toEqual(['in/up.txt']);
  });
});

describe('get of a list', () => {
  test('keeps the folders in which links differ; one bad line is named and stops nothing', async ({ oss, cwd }) => {
    const keys = Array.from({ length: 20 }, (_, index) => `team/${index % 3}/${index}.txt`);
    for (const key of keys) await oss.put('my-bucket', key, key);
    const env = oss.environment();
    const { stdout: links } = await runCli(['sign', 'oss://my-bucket/team/', '-r'], { env });
    const lines = links.trim().split('\n');
    const list = `\ufeff# links\r\n${lines.join('\r\n')}\r\nhtps://typo\r\n${lines[0]}\r\n`;
    const { code, stderr } = await runCli(['get', '-'], { cwd, stdin: list });
    expect(code).toBe(8);
    expect(stderr).toContain('ossgrant: line 22: neither a link nor an object address');
    expect(stderr).toContain('20 of 21 downloads complete');
    expect(await filesIn(cwd)).toEqual(keys.map((key) => key.slice('team/'.length)).sort());
  });

  test('UTF-16, as Windows writes it, is understood', async ({ oss, cwd }) => {
    await oss.put('my-bucket', 'a.txt', 'x');
    const { stdout } = await runCli(['sign', 'oss://my-bucket/a.txt'], { env: oss.environment() });
    const { code } = await runCli(['get', '-'], { cwd, stdin: Buffer.from(`\ufeff${stdout}`, 'utf16le') });
    expect(code).toBe(0);
    expect(await filesIn(cwd)).toEqual(['a.txt']);
  });

  test('bytes that are not text are refused', async ({ cwd }) => {
    const { code, stderr } = await runCli(['get', '-'], { cwd, stdin: new Uint8Array([0x68, 0xc3, 0x28, 0x0a]) });
    expect(code).toBe(1);
    expect(stderr).toContain('stdin is not UTF-8 text');
  });
});

test('a manifest is fetched with its folders; what is there and equal needs no request; a bad line stops nothing', async ({
  oss,
  cwd,
}) => {
  const keys = ['team/a/1.txt', 'team/b/2.txt'];
  for (const key of keys) await oss.put('my-bucket', key, key);
  const env = oss.environment();
  const { stdout } = await runCli(['sign', 'oss://my-bucket/team/', '-r', '--manifest'], { env });
  for (const [index, line] of stdout.trim().split('\n').entries()) {
    const bytes = Buffer.from(keys[index] ?? '');
    const schema = expectSchema('sign', { links: [JSON.parse(line)], failures: [], warnings: [] });
    expect(schema).toMatchObject({ links: [{ size: bytes.length, crc64: String(crc64(bytes)) }] });
  }
  await writeFile(path.join(cwd, 'list.ndjson'), `${stdout}{"key":"team/c"}\n`);
  const args = ['get', '--manifest', 'list.ndjson', '--out-dir', 'in', '--skip-equal'];
  const first = await runCli(args, { cwd });
  expect(first.code).toBe(8);
  expect(first.stderr).toContain('ossgrant: line 3: the line has no "url"');
  expect(await filesIn(path.join(cwd, 'in'))).toEqual(['a/1.txt', 'b/2.txt']);
  const before = oss.journal.entries().length;
  expect((await runCli(args, { cwd })).stderr).toContain('0 of 3 downloads complete, 2 already there, 1 failed');
  expect(oss.journal.entries()).toHaveLength(before);
});

test('the file has the time of the object', async ({ oss, cwd }) => {
  await oss.put('my-bucket', 'a.txt', 'x');
  oss.clock.advance(3_600_000);
  const put = await stat(path.join(cwd)).then(() => oss.clock.now());
  await runCli(['get', 'oss://my-bucket/a.txt'], { env: oss.environment(), cwd });
  const { mtime } = await stat(path.join(cwd, 'a.txt'));
  expect(put.getTime() - mtime.getTime()).toBeGreaterThan(3_590_000);
});
