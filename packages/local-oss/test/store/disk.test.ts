import { mkdtemp, readdir, readFile, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { call, sign } from '../kit.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-oss-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function withServer<T>(run: (oss: LocalOss) => Promise<T>): Promise<T> {
  const oss = await startLocalOss({ directory: join(directory, 'data') });
  try {
    return await run(oss);
  } finally {
    await oss.close();
  }
}

it('keeps objects, their headers and settings of buckets through a restart', async () => {
  await withServer(async (oss) => {
    const headers = { 'content-type': 'text/plain', 'x-oss-meta-name': '目' };
    await oss.put('disk-bucket', 'dir/目 ?.txt', 'hello world', { headers });
    await oss.put('disk-bucket', 'twice', 'old');
    await oss.put('disk-bucket', 'twice', 'new');
    await oss.put('disk-bucket', 'gone', 'x');
    await call(oss, { method: 'DELETE', bucket: 'disk-bucket', key: 'gone', scheme: 'v4-header' });
    oss.configureBucket('disk-bucket', { acl: 'public-read' });
    oss.configureObject('disk-bucket', 'twice', { storageClass: 'IA' });
  });
  await withServer(async (oss) => {
    const answer = await call(oss, { bucket: 'disk-bucket', key: 'dir/目 ?.txt' });
    expect(answer.text).toBe('hello world');
    expect(answer.headers['x-oss-hash-crc64ecma']).toBe('5981764153023615706');
    expect(Buffer.from(String(answer.headers['x-oss-meta-name']), 'latin1').toString()).toBe('目');
    const twice = await call(oss, { bucket: 'disk-bucket', key: 'twice' });
    expect([twice.text, twice.headers['x-oss-storage-class']]).toEqual(['new', 'IA']);
    expect((await call(oss, { bucket: 'disk-bucket', key: 'gone' })).status).toBe(404);
    expect((await fetch(`${oss.endpoint}/disk-bucket/twice`)).status).toBe(200);
  });
  expect(await readdir(join(directory, 'data', 'disk-bucket', 'data'))).toHaveLength(2);
});

it('writes nothing outside its folder, whatever the key', async () => {
  await withServer(async (oss) => {
    const keys = ['../../evil', '..\\..\\evil', 'a/../../../evil', 'C:\\evil', 'x\u0000y', '.', '..', 'con'];
    for (const key of keys) await oss.put('disk-bucket', key, key);
    for (const bucket of ['../evil', '..', 'a/b', ''])
      await expect(oss.createBucket(bucket)).rejects.toThrow('InvalidBucketName');
  });
  expect(await readdir(directory)).toEqual(['data']);
  expect(await readdir(join(directory, 'data'))).toEqual(['disk-bucket']);
  const files = await readdir(join(directory, 'data', 'disk-bucket', 'meta'));
  expect(files.every((name) => /^[0-9a-f]{64}\.json$/.test(name))).toBe(true);
});

it('keeps an upload that was cut short from becoming an object', async () => {
  await withServer(async (oss) => {
    await oss.put('disk-bucket', 'a', 'whole');
    const signed = sign(oss, { method: 'PUT', bucket: 'disk-bucket', key: 'a', scheme: 'v4-header' });
    const abort = new AbortController();
    const body = new ReadableStream<Uint8Array>({
      start(controller): void {
        controller.enqueue(new Uint8Array(1000));
      },
      pull(): void {
        abort.abort();
      },
    });
    const upload = fetch(signed.origin + signed.path, {
      method: 'PUT',
      headers: signed.headers,
      body,
      duplex: 'half',
      signal: abort.signal,
    });
    await expect(upload).rejects.toThrow();
    expect((await call(oss, { bucket: 'disk-bucket', key: 'a' })).text).toBe('whole');
  });
});

it('clears away at the start what a crash has left, and nothing else', async () => {
  await withServer((oss) => oss.put('disk-bucket', 'a', 'whole'));
  const bucket = join(directory, 'data', 'disk-bucket');
  // The three states that a put can be killed in before its rename, and a bucket that was never finished.
  await writeFile(join(bucket, 'data', `${'0'.repeat(32)}.bin`), 'bytes without a description');
  await writeFile(join(bucket, 'meta', `${'0'.repeat(64)}.json.tmp`), '{"key":"to');
  await writeFile(join(bucket, 'bucket.json.tmp'), '{');
  await mkdir(join(directory, 'data', 'half-bucket', 'data'), { recursive: true });
  await withServer(async (oss) => {
    expect((await call(oss, { bucket: 'disk-bucket', key: 'a' })).text).toBe('whole');
    expect((await call(oss, { bucket: 'half-bucket', key: 'a' })).code).toBe('NoSuchBucket');
  });
  expect(await readdir(join(bucket, 'data'))).toHaveLength(1);
  expect(await readdir(join(bucket, 'meta'))).toHaveLength(1);
});

it('starts without an object whose data is gone, and says so', async () => {
  await withServer(async (oss) => {
    await oss.put('disk-bucket', 'a', 'lost');
    await oss.put('disk-bucket', 'b', 'kept');
  });
  const data = join(directory, 'data', 'disk-bucket', 'data');
  const files = await readdir(data);
  const texts = await Promise.all(files.map((file) => readFile(join(data, file), 'utf8')));
  await rm(join(data, files[texts.indexOf('lost')] ?? ''));
  const report = vi.spyOn(console, 'error').mockReturnValue();
  await withServer(async (oss) => {
    expect((await call(oss, { bucket: 'disk-bucket', key: 'a' })).code).toBe('NoSuchKey');
    expect((await call(oss, { bucket: 'disk-bucket', key: 'b' })).text).toBe('kept');
  });
  expect(report.mock.calls).toEqual([[expect.stringMatching(/skipped "a": .*json does not match its data/)]]);
  report.mockRestore();
});

it.each(['bucket.json', 'meta/a.json'])(
  'refuses to start with a %s that it cannot read, and names it',
  async (file) => {
    await withServer((oss) => oss.createBucket('disk-bucket'));
    await writeFile(join(directory, 'data', 'disk-bucket', file), '{');
    await expect(withServer(async () => undefined)).rejects.toThrow(join('disk-bucket', file));
  },
);

it('reports a disk that fails, also when the whole request was read, and answers 500', async () => {
  const report = vi.spyOn(console, 'error').mockReturnValue();
  await withServer(async (oss) => {
    await oss.put('disk-bucket', 'a', 'whole');
    await rm(join(directory, 'data', 'disk-bucket', 'meta'), { recursive: true });
    const put = { method: 'PUT', bucket: 'disk-bucket', key: 'b', scheme: 'v4-header' } as const;
    expect((await call(oss, put, 'text')).code).toBe('InternalError');
    expect(report).toHaveBeenCalledTimes(1);
    expect(oss.journal.entries().at(-1)).toMatchObject({ status: 500, code: 'InternalError' });
  });
  report.mockRestore();
});

it('writes down the answer that was sent when an object has a header that cannot be', async () => {
  await withServer((oss) => oss.put('disk-bucket', 'a', 'whole', { headers: { 'x-oss-meta-a': '1' } }));
  const meta = join(directory, 'data', 'disk-bucket', 'meta');
  const path = join(meta, (await readdir(meta))[0] ?? '');
  await writeFile(path, (await readFile(path, 'utf8')).replace('x-oss-meta-a', 'x-oss-meta a'));
  const report = vi.spyOn(console, 'error').mockReturnValue();
  await withServer(async (oss) => {
    expect((await call(oss, { bucket: 'disk-bucket', key: 'a' })).status).toBe(500);
    expect(oss.journal.entries().at(-1)).toMatchObject({ status: 500, code: 'InternalError' });
  });
  expect(report).toHaveBeenCalledTimes(1);
  report.mockRestore();
});

it('fills itself from a folder, and follows no link out of it', async () => {
  const folder = join(directory, 'seed');
  await mkdir(join(folder, 'seed-bucket', 'dir'), { recursive: true });
  await writeFile(join(folder, 'seed-bucket', 'dir', 'a.html'), '<p>');
  await writeFile(join(folder, 'loose.txt'), 'loose');
  await writeFile(join(directory, 'secret'), 'secret');
  await symlink(join(directory, 'secret'), join(folder, 'seed-bucket', 'link'));
  const oss = await startLocalOss({ seed: folder });
  try {
    const page = await call(oss, { bucket: 'seed-bucket', key: 'dir/a.html' });
    expect([page.text, page.headers['content-type']]).toEqual(['<p>', 'text/html']);
    expect((await call(oss, { bucket: 'local-oss', key: 'loose.txt' })).text).toBe('loose');
    expect((await call(oss, { bucket: 'seed-bucket', key: 'link' })).status).toBe(404);
  } finally {
    await oss.close();
  }
  expect((await readFile(join(directory, 'secret'))).toString()).toBe('secret');
});
