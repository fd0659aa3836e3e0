import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc64 } from '@ossgrant/crc64';
import { describe, expect, it } from 'vitest';
import { downloadToMemory } from '../src/download-to-memory.ts';
import type { Progress } from '../src/download.ts';
import { openDownload } from '../src/open-download.ts';
import { fromUrl } from '../src/sources/from-url.ts';
import { AT_ONCE, breakAfter, headersOf, serveObject, serve, temporaryFolder } from './kit.ts';

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) % 256));

describe('memory as a target', () => {
  it('holds the bytes, also when the connection breaks on the way', async () => {
    const { url } = await serveObject(
      BYTES,
      (_, response, count) => count === 1 && breakAfter(100_000, BYTES, response),
    );
    const seen: Progress[] = [];
    const { content, ...result } = await downloadToMemory(fromUrl(url), {
      maxBytes: BYTES.length,
      retry: AT_ONCE,
      onProgress: (progress) => seen.push(progress),
    });
    expect(BYTES.equals(content)).toBe(true);
    expect(result).toMatchObject({ verified: 'crc64', crc64: crc64(BYTES), attempts: 2, info: { size: BYTES.length } });
    expect(seen.at(-1)).toMatchObject({ receivedBytes: BYTES.length });
  });

  it('fetches all bytes again after a break where two versions could not be distinguished', async () => {
    let count = 0;
    const url = await serve((_, response) => {
      count += 1;
      response.writeHead(200, { 'content-length': '9' });
      if (count < 3) response.write('half', () => response.destroy());
      else response.end('the whole');
    });
    const { content } = await downloadToMemory(fromUrl(url), { maxBytes: 100, retry: AT_ONCE });
    expect(Buffer.from(content).toString()).toBe('the whole');
    const always = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '9' }).write('half', () => response.destroy());
    });
    await expect(downloadToMemory(fromUrl(always), { maxBytes: 100, retry: AT_ONCE })).rejects.toMatchObject({
      code: 'NETWORK',
    });
  });

  it('takes no byte of an object that says that it is larger', async () => {
    const { url } = await serveObject(BYTES);
    const seen: Progress[] = [];
    const options = { maxBytes: BYTES.length - 1, onProgress: (progress: Progress) => seen.push(progress) };
    const failure = downloadToMemory(fromUrl(url), options);
    await expect(failure).rejects.toMatchObject({ code: 'TOO_LARGE', retryable: false });
    expect(seen).toEqual([]);
  });

  it('takes no more than its limit of a response without end, and gives its connection up', async () => {
    let gone: () => void = () => {};
    const left = new Promise<void>((resolve) => (gone = resolve));
    const url = await serve((request, response) => {
      request.socket.on('close', gone);
      const more = (): void => void response.write(Buffer.alloc(65_536), (error) => error ?? more());
      more();
    });
    await expect(downloadToMemory(fromUrl(url), { maxBytes: 1e6 })).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await left;
  });

  it('gets wrong bytes once more', async () => {
    const { url, requests } = await serveObject(BYTES, (_, response, count) => {
      if (count === 1) response.writeHead(200, headersOf(BYTES)).end(Buffer.alloc(BYTES.length));
      return count === 1;
    });
    expect(BYTES.equals((await downloadToMemory(fromUrl(url), { maxBytes: 1e6 })).content)).toBe(true);
    expect(requests).toHaveLength(2);
  });

  it('has no more time for the second attempt than is left', async () => {
    let now = 0;
    const clock = { now: () => now, monotonic: () => now };
    const { url, requests } = await serveObject(BYTES, (_, response) => {
      now += 1000;
      response.writeHead(200, headersOf(BYTES)).end(Buffer.alloc(BYTES.length));
      return true;
    });
    const failure = (deadlineMs: number) =>
      downloadToMemory(fromUrl(url), { maxBytes: 1e6, clock, retry: { deadlineMs } });
    await expect(failure(1000)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(requests).toHaveLength(1);
    await expect(failure(100_000)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(requests).toHaveLength(3);
  });

  it('gets an empty object, and refuses a negative limit', async () => {
    const { url } = await serveObject(Buffer.alloc(0));
    expect(await downloadToMemory(fromUrl(url), { maxBytes: 0 })).toMatchObject({ bytes: 0, verified: 'crc64' });
    await expect(downloadToMemory(fromUrl(url), { maxBytes: -1 })).rejects.toThrow(RangeError);
  });
});

describe('streams as targets', () => {
  it('of Node get the bytes by pipeline', async () => {
    const path = join(await temporaryFolder(), 'a.bin');
    const { body, done } = await openDownload(fromUrl((await serveObject(BYTES)).url));
    await pipeline(body, createWriteStream(path));
    expect((await readFile(path)).equals(BYTES)).toBe(true);
    expect(await done).toMatchObject({ verified: 'crc64' });
  });

  it('of Node can be read from, and destroying one ends the download', async () => {
    const { body, done } = await openDownload(fromUrl((await serveObject(BYTES)).url));
    const readable = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
    for await (const chunk of readable) {
      expect((chunk as Uint8Array).length).toBeGreaterThan(0);
      break;
    }
    await expect(done).rejects.toThrow();
  });

  it('of the web get the bytes by pipeTo, and an error instead of a short end', async () => {
    const received: Uint8Array[] = [];
    const sink = (): WritableStream<Uint8Array> => new WritableStream({ write: (chunk) => void received.push(chunk) });
    const good = await openDownload(fromUrl((await serveObject(BYTES)).url));
    await good.body.pipeTo(sink());
    expect(Buffer.concat(received).equals(BYTES)).toBe(true);
    const { url } = await serveObject(BYTES, (_, response) => breakAfter(100_000, BYTES, response));
    const bad = await openDownload(fromUrl(url), { retry: { ...AT_ONCE, maxFailures: 0 } });
    await expect(bad.body.pipeTo(sink())).rejects.toMatchObject({ code: 'NETWORK' });
    await expect(bad.done).rejects.toMatchObject({ code: 'NETWORK' });
  });
});
