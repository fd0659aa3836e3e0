import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ossTest as test } from '@ossgrant/local-oss/vitest';
import { expect } from 'vitest';
import { runCli } from '../../run-cli.ts';

function keysIn(ndjson: string): readonly string[] {
  const lines = ndjson.split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { readonly key: string }).key);
}

test('--recursive signs every object under a prefix, over several pages, and no folder marker', async ({ oss }) => {
  const keys = Array.from({ length: 1005 }, (_, index) => `p/${String(index).padStart(4, '0')} +%&<ä.txt`);
  for (const key of [...keys, 'p/folder/', 'q/other.txt'])
    await oss.put('my-bucket', key, key.endsWith('/') ? '' : 'x');
  const { code, stdout, stderr } = await runCli(['sign', 'oss://my-bucket/p/', '-r', '--ndjson'], {
    env: oss.environment(),
  });
  expect(stderr).toContain('1005 links; the first ends at');
  expect(code).toBe(0);
  expect(keysIn(stdout)).toEqual(keys);
});

test('--include and --exclude choose by glob, below the prefix', async ({ oss }) => {
  for (const key of ['p/a.jpg', 'p/b.png', 'p/.c.jpg', 'p/sub/d.jpg', 'p/sub/raw/e.jpg', String.raw`p/f\g.jpg`]) {
    await oss.put('my-bucket', key, 'x');
  }
  const run = async (...args: string[]): Promise<readonly string[]> => {
    const { stdout } = await runCli(['sign', 'oss://my-bucket/p/', '-r', '--ndjson', ...args], {
      env: oss.environment(),
    });
    return keysIn(stdout);
  };
  expect(await run('--include', '*.jpg', '--exclude', 'sub/raw/**')).toEqual([
    'p/.c.jpg',
    'p/a.jpg',
    String.raw`p/f\g.jpg`,
    'p/sub/d.jpg',
  ]);
  expect(await run('--include', '*.png', '--include', 'sub/*')).toEqual(['p/b.png', 'p/sub/d.jpg']);
});

test('a listing that is refused ends with the code of its cause', async ({ oss }) => {
  await oss.createBucket('my-bucket');
  const stranger = oss.addUser({ name: 'stranger' });
  const list = async (bucket: string, env: Record<string, string> = {}): Promise<readonly [number | null, string]> => {
    const run = await runCli(['sign', `oss://${bucket}/`, '-r'], { env: { ...oss.environment(), ...env } });
    expect(run.stdout).toBe('');
    return [run.code, run.stderr];
  };
  expect(await list('my-bucket')).toEqual([4, expect.stringContaining('no object matches')]);
  expect(await list('no-bucket')).toEqual([4, expect.stringContaining('NoSuchBucket')]);
  expect(await list('my-bucket', { OSS_ACCESS_KEY_SECRET: 'wrong-secret' })).toEqual([
    6,
    expect.stringContaining('SignatureDoesNotMatch'),
  ]);
  expect(await list('my-bucket', { OSS_ACCESS_KEY_ID: 'LTAInobody' })).toEqual([
    3,
    expect.stringContaining('InvalidAccessKeyId'),
  ]);
  const denied = { OSS_ACCESS_KEY_ID: stranger.accessKeyId, OSS_ACCESS_KEY_SECRET: stranger.accessKeySecret };
  expect(await list('my-bucket', denied)).toEqual([7, expect.stringContaining('AccessDenied')]);
  expect(await list('my-bucket', { OSS_ENDPOINT: 'http://127.0.0.1:1' })).toEqual([
    1,
    expect.stringContaining('cannot connect to 127.0.0.1:1'),
  ]);
});

test('--files-from - reads keys below a prefix, one a line, and addresses of their own', async ({ oss }) => {
  const { code, stdout } = await runCli(['sign', 'oss://my-bucket/p/', '--files-from', '-', '--ndjson'], {
    env: oss.environment(),
    stdin: 'a.txt\r\n\n b c.txt\noss://other-bucket/d.txt\nlast ä.txt',
  });
  expect(code).toBe(0);
  expect(keysIn(stdout)).toEqual(['p/a.txt', 'p/ b c.txt', 'd.txt', 'p/last ä.txt']);
});

test('--files-from reads UTF-16, as Windows writes it', async ({ oss }) => {
  const { stdout } = await runCli(['sign', 'oss://my-bucket/', '--files-from', '-', '--ndjson'], {
    env: oss.environment(),
    stdin: Buffer.from('\ufeffä.txt\r\nb.txt\r\n', 'utf16le'),
  });
  expect(keysIn(stdout)).toEqual(['ä.txt', 'b.txt']);
});

test('-0 reads and writes items that end with NUL, so that a key may be anything', async ({ oss }) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-list-'));
  try {
    await writeFile(path.join(folder, 'list'), 'a\r\0b c\0');
    const { code, stdout, stderr } = await runCli(['sign', 'oss://my-bucket/', '--files-from', 'list', '-0'], {
      env: oss.environment(),
      cwd: folder,
    });
    // A carriage return cannot be signed; it was not taken for the end of a line.
    expect(stderr).toContain(String.raw`oss://my-bucket/a\u{d}: `);
    expect(code).toBe(8);
    expect(stdout).toMatch(/^http:[^\0\n]+b%20c\?[^\0\n]+\0$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.for([
  [['--files-from', 'missing'], '', 4, 'cannot be read (ENOENT)'],
  [['--files-from', '-'], 'a.txt\n', 2, 'lacks a bucket'],
  [['oss://b/', '--files-from', '-'], new Uint8Array([0xc3, 0x28, 0x0a]), 1, 'is not UTF-8'],
  [['oss://b/', '--files-from', '-', '-r'], '', 2, 'exclude each other'],
] as const)('sign %j with stdin %j fails and says why', async ([args, stdin, code, says], { oss }) => {
  const run = await runCli(['sign', ...args], { env: oss.environment(), stdin });
  expect(run.stderr).toContain(says);
  expect(run).toMatchObject({ code, stdout: '' });
});

test('--manifest leaves out no failure: an object that is not there is one, and the others have their facts', async ({
  oss,
}) => {
  for (const key of ['a.txt', 'c.txt']) await oss.put('my-bucket', key, key);
  const env = oss.environment();
  const args = ['sign', 'oss://my-bucket/a.txt', 'oss://my-bucket/b.txt', 'oss://my-bucket/c.txt', '--manifest'];
  const { code, stdout, stderr } = await runCli(args, { env });
  expect(code).toBe(8);
  expect(stderr).toContain('ossgrant: oss://my-bucket/b.txt: cannot read its size: OSS returned 404 NoSuchKey');
  const lines = stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { key: 'a.txt', size: 5, crc64: expect.any(String) },
    { key: 'b.txt', error: { exitCode: 4 } },
    { key: 'c.txt', size: 5 },
  ]);
  const got = await runCli(['get', '--manifest', '-', '--out-dir', tmpdir(), '--json'], { stdin: lines[1] ?? '' });
  expect(got.stderr).toContain('ossgrant: line 1: sign has no link to the object "b.txt"');
});

test('--manifest is refused for what has other bytes than the object', async ({ oss }) => {
  const env = oss.environment();
  const sign = async (...args: string[]) => runCli(['sign', 'oss://my-bucket/a.png', '--manifest', ...args], { env });
  expect(await sign('--process', 'image/resize,w_200')).toMatchObject({ code: 2, stdout: '' });
  expect(await sign('-X', 'PUT')).toMatchObject({ code: 2, stdout: '' });
});
