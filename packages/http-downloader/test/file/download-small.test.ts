import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { expect, it } from 'vitest';
import type { DownloadEvent } from '../../src/download.ts';
import { downloadToFile } from '../../src/file/download-to-file.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { AT_ONCE, ETAG, headersOf, serve, serveObject, serveWell, temporaryFolder } from '../kit.ts';

const BYTES = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 31) % 256));
const SUM = String(crc64(BYTES));

async function older(): Promise<string> {
  const path = join(await temporaryFolder(), 'a.bin');
  await writeFile(path, 'the older file');
  return path;
}

it.each([0, 1, 65_535, 65_536, 65_537, 262_144, 262_145])(
  'takes one request, whichever way it goes: %i bytes',
  async (size) => {
    const content = Buffer.alloc(size, 'small ');
    const { url, requests } = await serveObject(content);
    const path = await older();
    const progress: unknown[] = [];
    const result = await downloadToFile(fromUrl(url), path, { onProgress: (now) => progress.push(now) });
    expect(result).toEqual({
      bytes: size,
      crc64: crc64(content),
      verified: 'crc64',
      attempts: 1,
      resumedFrom: 0,
      info: { size, etag: ETAG, crc64: crc64(content) },
    });
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(await readdir(dirname(path))).toEqual(['a.bin']);
    expect(requests).toHaveLength(1);
    if (size > 0) expect(progress.at(-1)).toMatchObject({ receivedBytes: size, totalBytes: size });
  },
);

type Wrong = readonly [name: string, spoil: (response: ServerResponse) => void];

const WRONG: readonly Wrong[] = [
  ['is refused', (response) => response.writeHead(503).end()],
  ['has wrong bytes', (response) => response.writeHead(200, headersOf(BYTES)).end(Buffer.alloc(BYTES.length))],
  ['breaks', (response) => response.writeHead(200, headersOf(BYTES)).write('a', () => response.destroy())],
  ['never comes', (response) => response.destroy()],
  [
    'is a part of something larger',
    (response) => response.writeHead(206, { ...headersOf(BYTES), 'content-range': 'bytes 1-50000/50001' }).end(BYTES),
  ],
];

it.each(WRONG)('goes the long way when its first response %s, which counts as the first attempt', async (_, spoil) => {
  let isSpoilt = true;
  const { url, requests } = await serveObject(BYTES, (request, response) => {
    if (isSpoilt) spoil(response);
    else serveWell(BYTES, request, response, SUM);
    isSpoilt = false;
    return true;
  });
  const path = await older();
  const result = await downloadToFile(fromUrl(url), path, { retry: AT_ONCE });
  expect(result).toMatchObject({ verified: 'crc64', attempts: 2 });
  expect((await readFile(path)).equals(BYTES)).toBe(true);
  expect(requests).toHaveLength(2);
});

it('follows a redirect', async () => {
  const { url: target } = await serveObject(BYTES);
  const url = await serve((_, response) => response.writeHead(302, { location: target }).end());
  const path = await older();
  expect(await downloadToFile(fromUrl(url), path)).toMatchObject({ verified: 'crc64', attempts: 1 });
});

it('does not wait longer for its bytes than the lowest speed allows', async () => {
  const { url, requests } = await serveObject(BYTES, (_, response, count) => {
    if (count === 1) response.writeHead(200, headersOf(BYTES)).write('a');
    return count === 1;
  });
  const path = await older();
  const timeouts = { minBytesPerSecond: 1e12, bodyMs: 200 };
  expect(await downloadToFile(fromUrl(url), path, { timeouts, retry: AT_ONCE })).toMatchObject({ attempts: 2 });
  expect(requests).toHaveLength(2);
});

it('has the same events and leaves the older file to an abort', async () => {
  const { subscribe, unsubscribe } = await import('node:diagnostics_channel');
  const events: DownloadEvent['type'][] = [];
  const listener = (event: unknown): void => void events.push((event as DownloadEvent).type);
  subscribe('ossgrant:download', listener);
  const { url } = await serveObject(BYTES);
  const path = await older();
  const stop = new AbortController();
  const options = { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) };
  await expect(downloadToFile(fromUrl(url), path, options)).rejects.toThrow('enough');
  unsubscribe('ossgrant:download', listener);
  expect(await readFile(path, 'utf8')).toBe('the older file');
  expect(await readdir(dirname(path))).toEqual(['a.bin']);
  expect(events).toEqual(['attempt']);
});
