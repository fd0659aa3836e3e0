import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { downloadToFile } from '../../src/file/download-to-file.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { loadUndici } from '../../src/transport/transport-undici.ts';
import { serveObject, serveWell, type ObjectServer, severalAtOnce, temporaryFolder } from '../kit.ts';

const BYTES = Buffer.from(Array.from({ length: 1_000_003 }, (_, index) => (index * 13 + (index >> 10)) % 256));

// It reads refusals. While it is loaded, the one that is answered would fetch all that is left.
beforeAll(loadUndici);

/** Refuses requests while so many are being answered, which they are once four have come. */
async function crowded(most: number, status: number): Promise<ObjectServer & { readonly refused: () => number }> {
  let running = 0;
  let refused = 0;
  const held: (() => void)[] = [];
  const server = await serveObject(BYTES, (request, response, count) => {
    if (running >= most) {
      refused += 1;
      response.writeHead(status).end();
      if (refused === 4 - most) for (const answer of held) answer();
      return true;
    }
    running += 1;
    response.on('finish', () => (running -= 1));
    if (count === 1 || refused >= 4 - most) return false;
    held.push(() => serveWell(BYTES, request, response));
    return true;
  });
  return { ...server, refused: () => refused };
}

describe('a server that takes only so many connections', () => {
  it.each([
    [1, 503],
    [1, 429],
    [2, 503],
  ])('%i, and answers the others with %i, gets no more than that', async (most, status) => {
    const path = join(await temporaryFolder(), 'a.bin');
    const { url, refused } = await crowded(most, status);
    const waits: number[] = [];
    const retry = { sleep: async (ms: number): Promise<void> => void waits.push(ms) };
    const options = { partSize: 50_000, retry, ...severalAtOnce() };
    expect(await downloadToFile(fromUrl(url), path, options)).toMatchObject({ verified: 'crc64' });
    expect((await readFile(path)).equals(BYTES)).toBe(true);
    expect(await readdir(join(path, '..'))).toEqual(['a.bin']);
    // Of four, each refusal is one connection less, and none of them has to wait.
    expect(refused()).toBe(4 - most);
    expect(waits).toEqual([]);
  });

  it('none, all at once, is tried by one that waits', async () => {
    const path = join(await temporaryFolder(), 'a.bin');
    let open = true;
    const { url, requests } = await serveObject(BYTES, (_, response, count) => {
      open = count === 1 || count > 9;
      if (!open) response.writeHead(503).end();
      return !open;
    });
    const waits: number[] = [];
    const retry = { sleep: async (ms: number): Promise<void> => void waits.push(ms) };
    await downloadToFile(fromUrl(url), path, { partSize: 100_000, retry, ...severalAtOnce() });
    expect((await readFile(path)).equals(BYTES)).toBe(true);
    expect(waits.length).toBeGreaterThanOrEqual(4);
    expect(requests.length).toBe(11 + 8);
  });
});
