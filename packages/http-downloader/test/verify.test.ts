import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { describe, expect, it } from 'vitest';
import { downloadToMemory } from '../src/download-to-memory.ts';
import { downloadToFile } from '../src/file/download-to-file.ts';
import { openDownload } from '../src/open-download.ts';
import { fromUrl } from '../src/sources/from-url.ts';
import { AT_ONCE, ETAG, serve, serveObject, temporaryFolder } from './kit.ts';

const BYTES = Buffer.alloc(300_000, 'content ');
const MD5 = createHash('md5').update(BYTES).digest('base64');
const WRONG = createHash('md5').update('other').digest('base64');

/** Answers as for an object from before OSS kept CRC-64s. */
const old = (headers: Record<string, string>, status = 200): Promise<string> =>
  serve((_, response) => response.writeHead(status, { 'content-length': BYTES.length, ...headers }).end(BYTES));
const inMemory = async (url: string) => downloadToMemory(fromUrl(url), { maxBytes: 1e6, retry: AT_ONCE });

describe('an object without CRC-64', () => {
  it('is compared with its Content-MD5, in memory and in a file', async () => {
    const path = join(await temporaryFolder(), 'a.bin');
    const url = await old({ 'content-md5': MD5 });
    expect(await inMemory(url)).toMatchObject({ verified: 'md5', info: { md5: MD5 } });
    expect(await downloadToFile(fromUrl(url), path)).toMatchObject({ verified: 'md5' });
    expect(await readFile(path)).toEqual(BYTES);
  });

  it('is compared with that, too, when one part is all of it', async () => {
    const path = join(await temporaryFolder(), 'a.bin');
    const range = `bytes 0-${BYTES.length - 1}/${BYTES.length}`;
    const url = await old({ 'content-md5': MD5, 'content-range': range }, 206);
    expect(await downloadToFile(fromUrl(url), path)).toMatchObject({ verified: 'md5' });
  });

  it('is fetched once more when that differs, and then refused; an older file stays', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'a.bin');
    await writeFile(path, 'older');
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(200, { 'content-md5': WRONG, 'content-length': BYTES.length }).end(BYTES);
    });
    await expect(downloadToFile(fromUrl(url), path)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect([asked.length, await readFile(path, 'utf8'), await readdir(folder)]).toEqual([2, 'older', ['a.bin']]);
    await expect(inMemory(url)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(asked).toHaveLength(4);
  });

  it.each(['', 'short', 'not*base64*not*base64*==', `${MD5}, ${MD5}`])(
    'is reported as unverified when its Content-MD5 is %j',
    async (text) => {
      expect(await inMemory(await old({ 'content-md5': text }))).toMatchObject({ verified: 'none' });
    },
  );

  it('is not compared with the MD5 of what OSS made of it', async () => {
    const url = await old({ 'content-md5': WRONG });
    expect(await inMemory(`${url}&x-oss-process=image%2Fresize%2Cw_1`)).toMatchObject({ verified: 'none' });
  });
});

describe('an object with CRC-64', () => {
  it('is compared with that alone', async () => {
    const url = await old({ 'content-md5': WRONG, 'x-oss-hash-crc64ecma': String(crc64(BYTES)) });
    expect(await inMemory(url)).toMatchObject({ verified: 'crc64' });
  });
});

describe('a download that must be verified', () => {
  const must = { requireVerified: true, retry: AT_ONCE } as const;
  const refused = { code: 'NOT_VERIFIABLE', retryable: false };
  const ways: Readonly<Record<string, (url: string, path: string) => Promise<unknown>>> = {
    'to memory': (url) => downloadToMemory(fromUrl(url), { maxBytes: 1e6, ...must }),
    'to a file': (url, path) => downloadToFile(fromUrl(url), path, must),
    'to a file in parts': (url, path) => downloadToFile(fromUrl(url), path, { ...must, partSize: 65_536 }),
    'to a stream': async (url) => {
      const { body, done } = await openDownload(fromUrl(url), must);
      for await (const chunk of body) expect(chunk.length).toBeGreaterThan(0);
      return done;
    },
  };

  it.each(Object.entries(ways))('%s is refused by one request when the server sends no checksum', async (_, take) => {
    const folder = await temporaryFolder();
    const path = join(folder, 'a.bin');
    await writeFile(path, 'older');
    const { url, requests } = await serveObject(BYTES, (request, response) => {
      const { start, end, headers } = partOf(request.headers.range);
      response.writeHead(headers === undefined ? 200 : 206, {
        etag: ETAG,
        'content-length': end - start,
        ...headers,
      });
      response.end(BYTES.subarray(start, end));
      return true;
    });
    await expect(take(url, path)).rejects.toMatchObject(refused);
    expect([requests.length, await readFile(path, 'utf8'), await readdir(folder)]).toEqual([1, 'older', ['a.bin']]);
  });

  it.each(Object.entries(ways))('%s is done when the server sends one', async (_, take) => {
    const { url } = await serveObject(BYTES);
    await expect(take(url, join(await temporaryFolder(), 'a.bin'))).resolves.toMatchObject({ verified: 'crc64' });
  });

  it('is done by Content-MD5 where there is no CRC-64', async () => {
    const url = await old({ 'content-md5': MD5 });
    for (const take of Object.values(ways)) {
      const path = join(await temporaryFolder(), 'a.bin');
      await expect(take(url, path)).resolves.toMatchObject({ verified: 'md5' });
    }
  });

  it('is refused when the sums are of other bytes than those that OSS makes of the object', async () => {
    const url = await old({ 'x-oss-hash-crc64ecma': String(crc64(BYTES)) });
    const processed = `${url}&x-oss-process=image%2Fresize%2Cw_1`;
    await expect(ways['to memory']?.(processed, '')).rejects.toMatchObject(refused);
  });
});

/** What a server sends for a range. */
function partOf(range: string | undefined): { start: number; end: number; headers?: Record<string, string> } {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (from === undefined) return { start: 0, end: BYTES.length };
  const start = Number(from);
  const end = Math.min(to === '' ? BYTES.length : Number(to) + 1, BYTES.length);
  return { start, end, headers: { 'content-range': `bytes ${start}-${end - 1}/${BYTES.length}` } };
}
