import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { describe, expect, it } from 'vitest';
import { downloadToFile } from '../../src/file/download-to-file.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { replaceFunctions, replaceMethods } from '../faults/faulty-disk.ts';
import { AT_ONCE, serveObject, serve, temporaryFolder } from '../kit.ts';

const BYTES = Buffer.alloc(300_000, 'content ');
const good = (): Promise<string> =>
  serve((_, response) => response.writeHead(200, { 'x-oss-hash-crc64ecma': String(crc64(BYTES)) }).end(BYTES));
const bad = (): Promise<string> =>
  serve((_, response) => response.writeHead(200, { 'x-oss-hash-crc64ecma': '1' }).end(BYTES));

describe('downloadToFile', () => {
  it('leaves the object and nothing else', async () => {
    const folder = await temporaryFolder();
    const result = await downloadToFile(fromUrl(await good()), join(folder, 'a.bin'));
    expect(result).toMatchObject({ bytes: BYTES.length, verified: 'crc64' });
    expect(await readdir(folder)).toEqual(['a.bin']);
    expect(await readFile(join(folder, 'a.bin'))).toEqual(BYTES);
  });

  it('takes a target whose name is as long as names can be', async () => {
    const folder = await temporaryFolder();
    const name = '报'.repeat(85);
    await downloadToFile(fromUrl(await good()), join(folder, name));
    expect(await readdir(folder)).toEqual([name]);
  });

  it.each([1 << 20, 100_000])('makes the bytes durable, then the name, by parts of %i', async (partSize) => {
    const done: string[] = [];
    const target = join(await temporaryFolder(), 'a.bin');
    await replaceMethods(['sync'], (original, args) => (done.push('sync'), original(...args)));
    replaceFunctions(['rename'], (original, args) => {
      if (args[1] === target) done.push('rename');
      return original(...args);
    });
    const { url } = await serveObject(BYTES);
    await downloadToFile(fromUrl(url), target, { partSize });
    expect(done).toEqual(['sync', 'rename', 'sync']);
  });

  it('replaces an older file', async () => {
    const target = join(await temporaryFolder(), 'a.bin');
    await writeFile(target, 'older');
    await downloadToFile(fromUrl(await good()), target);
    expect(await readFile(target)).toEqual(BYTES);
  });

  it.each([
    ['the bytes are wrong', bad, {}],
    ['the link is refused', () => serve((_, response) => response.writeHead(403).end()), {}],
    ['nobody answers', async () => 'http://127.0.0.1:1/a', {}],
    [
      'the connection breaks',
      () =>
        serve(
          (_, response) => void response.writeHead(200, { 'content-length': '9' }).write('1', () => response.destroy()),
        ),
      {},
    ],
    ['it is aborted', good, { signal: AbortSignal.abort() }],
    [
      'a progress callback throws',
      good,
      {
        onProgress: () => {
          throw new Error('callback');
        },
      },
    ],
  ])('keeps the older file and leaves nothing else when %s', async (_, start, options) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.bin'), 'older');
    await expect(
      downloadToFile(fromUrl(await start()), join(folder, 'a.bin'), { retry: AT_ONCE, ...options }),
    ).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['a.bin']);
    expect(await readFile(join(folder, 'a.bin'), 'utf8')).toBe('older');
  });

  it('reports a folder that is not there', async () => {
    const target = join(await temporaryFolder(), 'missing', 'a.bin');
    await expect(downloadToFile(fromUrl(await good()), target)).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
  });

  it('reports a target that is a folder, and leaves nothing else', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'a.bin'));
    const failure = downloadToFile(fromUrl(await good()), join(folder, 'a.bin'));
    await expect(failure).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
    expect(await readdir(folder)).toEqual(['a.bin']);
  });
});
