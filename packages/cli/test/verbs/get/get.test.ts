import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ossTest } from '@ossgrant/local-oss/vitest';
import { describe, expect } from 'vitest';
import { runCli } from '../../run-cli.ts';
import { expectSchema } from '../../schema.ts';

const LARGE = randomBytes(9_000_000);

const test = ossTest.extend<{ cwd: string }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the names of fixtures from this pattern
  cwd: async ({}, use) => {
    const cwd = await mkdtemp(path.join(tmpdir(), 'ossgrant-get-'));
    await use(cwd);
    await rm(cwd, { recursive: true, force: true });
  },
});

const sign = async (env: Readonly<Record<string, string>>, ...args: string[]): Promise<string> =>
  (await runCli(['sign', ...args], { env })).stdout.trim();

describe('get', () => {
  test('downloads a link and an object by their keys, checked, and names the files on stdout', async ({ oss, cwd }) => {
    await oss.put('my-bucket', 'dir/报告 1.pdf', 'a report');
    await oss.put('my-bucket', 'dir/large.bin', LARGE);
    const env = oss.environment();
    const link = await sign(env, 'oss://my-bucket/dir/报告 1.pdf');
    const { code, stdout, stderr } = await runCli(['get', link, 'oss://my-bucket/dir/large.bin'], { env, cwd });
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').sort()).toEqual([path.join(cwd, 'large.bin'), path.join(cwd, '报告 1.pdf')]);
    expect(stderr).toMatch(/large\.bin: 9\.0 MB in [\d:]+; CRC-64 verified\n/);
    expect(stderr).toMatch(/\n2 of 2 downloads complete\n$/);
    expect(await readFile(path.join(cwd, '报告 1.pdf'), 'utf8')).toBe('a report');
    expect(LARGE.equals(await readFile(path.join(cwd, 'large.bin')))).toBe(true);
  });

  test('shows no progress without a terminal', async ({ oss, cwd }) => {
    await oss.put('my-bucket', 'a.bin', LARGE);
    const { stderr } = await runCli(['get', 'oss://my-bucket/a.bin'], { env: oss.environment(), cwd });
    expect(stderr).not.toMatch(/[\r\u001b]/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('-o - writes the bytes to stdout', async ({ oss, cwd }) => {
    await oss.put('my-bucket', 'a.txt', 'the content');
    const { code, stdout } = await runCli(['get', 'oss://my-bucket/a.txt', '-o', '-'], { env: oss.environment(), cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'the content' });
    expect(await readdir(cwd)).toEqual([]);
  });

  test('some fail: the others arrive, exit code 8, and the report names them', async ({ oss, cwd }) => {
    await oss.put('my-bucket', 'a.txt', 'the content');
    const args = ['oss://my-bucket/none', 'oss://my-bucket/a.txt', '--out-dir', 'new/folder'];
    const { code, stdout } = await runCli(['get', ...args, '--json', '--report', 'report.json'], {
      env: oss.environment(),
      cwd,
    });
    expect(code).toBe(8);
    const file = path.join(cwd, 'new', 'folder', 'a.txt');
    expect(expectSchema('get', JSON.parse(stdout))).toEqual({
      downloads: [
        {
          source: 'oss://my-bucket/a.txt',
          file,
          bytes: 11,
          attempts: 1,
          resumedFrom: 0,
          verified: 'crc64',
          crc64: expect.stringMatching(/^\d+$/) as string,
        },
      ],
      skipped: [],
      failures: [
        {
          source: 'oss://my-bucket/none',
          error: { code: 'NOT_FOUND', message: expect.stringContaining('NoSuchKey') as string, exitCode: 4 },
        },
      ],
    });
    expect(await readFile(path.join(cwd, 'report.json'), 'utf8')).toBe(stdout);
    expect(await readFile(file, 'utf8')).toBe('the content');
  });

  test('names no signature in reports and errors', async ({ oss, cwd }) => {
    const link = await sign(oss.environment(), 'oss://my-bucket/none');
    const signature = /x-oss-signature=(\w+)/.exec(link)?.[1] ?? '';
    expect(signature).toHaveLength(64);
    const { code, stdout } = await runCli(['get', link, '--json'], { cwd, secrets: [signature] });
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ failures: [{ source: `${oss.endpoint}/my-bucket/none` }] });
  });

  test('each refusal has its exit code, and leaves nothing', async ({ oss, cwd }) => {
    await oss.put('my-bucket', 'a.txt', 'the content');
    const env = oss.environment();
    const link = await sign(env, 'oss://my-bucket/a.txt');
    const { accessKeyId, accessKeySecret } = oss.addUser({ name: 'nobody' });
    const nobody = { ...env, OSS_ACCESS_KEY_ID: accessKeyId, OSS_ACCESS_KEY_SECRET: accessKeySecret };
    const runs = [
      [link.replace(/(x-oss-signature=)\w{4}/, '$10000'), env],
      ['oss://my-bucket/a.txt', nobody],
      ['oss://my-bucket/a.txt', { ...env, OSS_ACCESS_KEY_ID: 'LTAI5tUnknown' }],
      ['oss://my-bucket/a.txt', { OSS_REGION: 'cn-hangzhou' }],
      ['oss://my-bucket/none', env],
    ] as const;
    const ended = await Promise.all(runs.map(([what, used]) => runCli(['get', what], { env: used, cwd })));
    expect(ended.map(({ code }) => code)).toEqual([6, 7, 3, 3, 4]);
    expect(await readdir(cwd)).toEqual([]);
  });

  test('a link that has ended: exit code 5, and it says to ask for another', async ({ oss, cwd }) => {
    await oss.put('my-bucket', 'a.txt', 'the content');
    const link = await sign(oss.environment(), 'oss://my-bucket/a.txt');
    oss.clock.advance(3_600_000);
    const { code, stderr } = await runCli(['get', link], { cwd });
    expect(code).toBe(5);
    expect(stderr).toContain('ask the owner for a new link');
  });

  test.for<[string[], string]>([
    [[], 'nothing to download'],
    [['report.pdf'], 'write https://... or oss://BUCKET/KEY'],
    [['oss://my-bucket/dir/'], 'is a folder'],
    [['oss://my-bucket/a', 'oss://my-bucket/b', '-o', 'c'], '--output takes one download'],
    [['oss://my-bucket/a', '-o', 'c', '-O'], '--output and --server-name exclude each other'],
    [['oss://my-bucket/a', '-o', '-', '--json'], 'both write to stdout'],
    [['oss://my-bucket/a', '--connections', '65'], 'from 1 to 64'],
    [['oss://my-bucket/a', '--jobs', '2', '--limit-rate', '1MB/s'], '--limit-rate and --jobs exclude each other'],
    [['oss://my-bucket/a', '--retries', '-1'], '--retries=-1'],
    [['oss://my-bucket/a', '--header', 'range=bytes=0-'], 'set by the download itself'],
    [['https://example.com/a', '-r'], '--recursive needs oss://BUCKET/PREFIX'],
    [['oss://my-bucket/a', '--limit-rate', 'fast'], '--limit-rate "fast" is not a valid rate'],
  ])('%j is refused, exit code 2, before anything is sent', async ([args, message], { oss, cwd }) => {
    const { code, stdout, stderr } = await runCli(['get', ...args], { env: oss.environment(), cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(oss.journal.entries()).toEqual([]);
  });
});

describe('get, names', () => {
  const HOSTILE = [
    ["attachment; filename*=UTF-8''..%2F..%2Fescaped", 'escaped'],
    ['attachment; filename="/etc/passwd"', 'passwd'],
    ['attachment; filename="..\\\\..\\\\x.exe"', 'x.exe'],
    ['attachment; filename=".."', 'a.txt'],
    ['attachment; filename=".profile"', 'profile'],
    ['attachment; filename=a.bin.Ossgrant-part.json', 'a.bin_ossgrant-part.json'],
    ["attachment; filename*=UTF-8''a%00b%1B%E2%80%AEgpj.exe", 'a_b__gpj.exe'],
  ] as const;

  test.for(HOSTILE)('-O: the server asks for %j, the file is %j', async ([contentDisposition, name], { oss, cwd }) => {
    await oss.put('my-bucket', 'dir/a.txt', 'x', { headers: { 'content-disposition': contentDisposition } });
    const inner = path.join(cwd, 'in', 'ner');
    const { code, stdout } = await runCli(['get', 'oss://my-bucket/dir/a.txt', '-O', '--out-dir', inner], {
      env: oss.environment(),
      cwd,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${path.join(inner, name)}\n` });
    expect(await readdir(cwd, { recursive: true })).toEqual([
      'in',
      path.join('in', 'ner'),
      path.join('in', 'ner', name),
    ]);
  });

  test('-O never replaces a file', async ({ oss, cwd }) => {
    await oss.put('my-bucket', 'a.txt', 'theirs', {
      headers: { 'content-disposition': 'attachment; filename=mine.txt' },
    });
    await writeFile(path.join(cwd, 'mine.txt'), 'mine');
    const { code, stderr } = await runCli(['get', 'oss://my-bucket/a.txt', '-O'], { env: oss.environment(), cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('mine.txt already exists');
    expect(await readFile(path.join(cwd, 'mine.txt'), 'utf8')).toBe('mine');
  });

  test('a key or a link with dots in it stays in the folder', async ({ oss, cwd }) => {
    await oss.put('my-bucket', 'x/../../up.txt', 'content');
    const env = oss.environment();
    const link = await sign(env, 'oss://my-bucket/x/../../up.txt');
    for (const what of [link, 'oss://my-bucket/x/../../up.txt']) {
      const { stdout } = await runCli(['get', what, '--out-dir', 'in'], { env, cwd });
      expect(stdout).toBe(`${path.join(cwd, 'in', 'up.txt')}\n`);
    }
    expect(await readdir(cwd)).toEqual(['in']);
  });
});
