import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { expect, it, vi } from 'vitest';
import { downloadToFile } from '../../src/file/download-to-file.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { headersOf, serveObject, temporaryFolder } from '../kit.ts';

const PART = 2 << 20;

it('a connection that is one too many leaves in the middle of its part, and others fetch the rest', async () => {
  const content = Buffer.alloc(16 * PART, 'as fast over many connections as over four ');
  for (let at = 0; at < content.length; at += 1 << 16) content.writeUInt32LE(at, at);
  const headers = headersOf(content, String(crc64(content)));
  const trickles: ((bytes: number) => void)[] = [];
  let isHeld = true;
  let left = 0;
  // Sends a little whenever the test says so, and the rest when nothing is held any more.
  const { url, requests } = await serveObject(content, (request, response) => {
    const [, from = 0, to = 0] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')?.map(Number) ?? [];
    const range = `bytes ${from}-${to}/${content.length}`;
    response.writeHead(206, { ...headers, 'content-length': String(to + 1 - from), 'content-range': range });
    let at = from;
    const send = (bytes: number): void => {
      if (response.destroyed) return;
      const end = Math.min(to + 1, at + bytes);
      response.write(content.subarray(at, end));
      at = end;
      if (at > to) response.end();
    };
    response.on('close', () => (left += response.writableFinished ? 0 : 1));
    if (isHeld) trickles.push(send);
    else send(Infinity);
    return true;
  });
  let now = 0;
  const clock = { now: Date.now, monotonic: () => now };
  const path = join(await temporaryFolder(), 'a.bin');
  const timeouts = { minBytesPerSecond: 0 };
  const done = downloadToFile(fromUrl(url), path, { partSize: PART, clock, timeouts });
  // As much comes in a second over sixteen as over four.
  const until = async (isReached: () => boolean, stepMs: number): Promise<void> =>
    vi.waitFor(() => {
      now += stepMs;
      for (const [index, send] of trickles.entries()) send(index < 4 ? 1024 : 1);
      expect(isReached()).toBe(true);
    }, 10_000);
  await until(() => requests.length === 16, 200);
  await until(() => left === 12, 60_000);
  isHeld = false;
  for (const send of trickles) send(Infinity);
  expect(await done).toMatchObject({ bytes: content.length, verified: 'crc64' });
  expect((await readFile(path)).equals(content)).toBe(true);
  const starts = requests.map(({ range }) => Number(/^bytes=(\d+)/.exec(range ?? '')?.[1]));
  expect(new Set(starts).size).toBe(starts.length);
  expect(starts.filter((start) => start % PART !== 0)).toHaveLength(12);
}, 60_000);
