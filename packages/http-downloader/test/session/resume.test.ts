import type { IncomingMessage } from 'node:http';
import { crc64 } from '@ossgrant/crc64';
import { describe, expect, it } from 'vitest';
import type { DownloadOptions } from '../../src/download.ts';
import { openDownload } from '../../src/open-download.ts';
import type { RequestSource } from '../../src/request-source.ts';
import { fromLinks, fromUrl } from '../../src/sources/from-url.ts';
import { AT_ONCE, breakAfter, ETAG, headersOf, serveObject, type Trouble } from '../kit.ts';

const BYTES = Buffer.from(Array.from({ length: 500_000 }, (_, index) => (index * 7 + (index >> 8)) % 256));
const HALF = 250_000;

async function read(source: RequestSource, options: DownloadOptions = {}) {
  const { body, done } = await openDownload(source, { retry: AT_ONCE, ...options });
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks), result: await done };
  } catch (error) {
    await expect(done).rejects.toBe(error);
    return { error };
  }
}

/** Breaks the first answer in the middle; `then` deals with the second. */
const broken =
  (then: Trouble = () => false): Trouble =>
  (request, response, count) => {
    if (count === 1) return breakAfter(HALF, BYTES, response);
    return count === 2 ? then(request, response, count) : false;
  };

const answer =
  (status: number, headers: Record<string, string> = {}, body: Uint8Array | string = ''): Trouble =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };

const startOf = (request: IncomingMessage): number => Number(/\d+/.exec(request.headers.range ?? '')?.[0]);

const part =
  (changes: Record<string, string>, forged?: Uint8Array): Trouble =>
  (request, response) => {
    const start = startOf(request);
    const bytes = forged?.subarray(start) ?? BYTES.subarray(start);
    response.writeHead(206, {
      ...headersOf(BYTES),
      'content-length': String(bytes.length),
      'content-range': `bytes ${start}-${BYTES.length - 1}/${BYTES.length}`,
      ...changes,
    });
    response.end(bytes);
    return true;
  };

describe('a download whose connection breaks', () => {
  it('goes on from the byte where it broke, for the same version only', async () => {
    const { url, requests } = await serveObject(BYTES, broken());
    const { bytes, result } = await read(fromUrl(url));
    expect(bytes?.equals(BYTES)).toBe(true);
    expect(result).toMatchObject({ bytes: BYTES.length, crc64: crc64(BYTES), verified: 'crc64', attempts: 2 });
    expect(requests[1]).toEqual({ range: expect.stringMatching(/^bytes=\d+-499999$/) as string, ifMatch: ETAG });
    expect(requests[1]?.range).not.toBe('bytes=0-499999');
  });

  it('goes on however often it breaks, as long as bytes come', async () => {
    const { url, requests } = await serveObject(BYTES, (request, response, count) => {
      if (count === 1) return breakAfter(10_000, BYTES, response);
      const at = startOf(request);
      if (count > 20) return false;
      const rest = BYTES.subarray(at);
      response.writeHead(206, {
        ...headersOf(rest),
        'x-oss-hash-crc64ecma': String(crc64(BYTES)),
        'content-range': `bytes ${at}-499999/500000`,
      });
      response.write(rest.subarray(0, 10_000), () => response.destroy());
      return true;
    });
    const { bytes } = await read(fromUrl(url), { retry: { ...AT_ONCE, maxFailures: 2 } });
    expect(bytes?.equals(BYTES)).toBe(true);
    expect(requests.length).toBeGreaterThan(20);
  });

  it.each<[string, Trouble]>([
    ['the whole object instead of the rest', answer(200, headersOf(BYTES), BYTES)],
    ['a part from another byte', part({ 'content-range': `bytes 0-${HALF - 1}/${BYTES.length}` })],
    ['a part to another byte', part({ 'content-range': `bytes ${HALF}-${BYTES.length - 2}/${BYTES.length}` })],
    ['a part without Content-Range', answer(206, { 'content-length': '3' }, 'abc')],
    ['several parts', part({ 'content-range': '', 'content-type': 'multipart/byteranges; boundary=x' })],
    ['a part without a total', part({ 'content-range': `bytes ${HALF}-${BYTES.length - 1}/*` })],
    ['500', answer(500)],
    ['502', answer(502)],
    ['504', answer(504)],
    ['408', answer(408)],
    ['429 with a huge Retry-After', answer(429, { 'retry-after': '9999999' })],
    ['503 with a garbled Retry-After', answer(503, { 'retry-after': 'soon' })],
    ['headers beyond measure', answer(206, { 'x-big': 'x'.repeat(100_000) })],
    [
      'a reset before the headers',
      (_, response) => {
        response.destroy();
        return true;
      },
    ],
    [
      'garbage',
      (request) => {
        request.socket.end('garbage\r\n\r\n');
        return true;
      },
    ],
    [
      'fewer bytes than announced and a clean end',
      (request) => {
        const start = startOf(request);
        request.socket.write('HTTP/1.1 206 Partial Content\r\nContent-Length: 9999\r\n');
        request.socket.write(`Content-Range: bytes ${start}-499999/500000\r\n\r\n`);
        request.socket.end(BYTES.subarray(start, start + 2));
        return true;
      },
    ],
  ])('survives %s as the next answer', async (_, then) => {
    const { url } = await serveObject(BYTES, broken(then));
    const { bytes, result, error } = await read(fromUrl(url));
    expect(error).toBeUndefined();
    expect(bytes?.equals(BYTES)).toBe(true);
    expect(result).toMatchObject({ verified: 'crc64' });
  });

  it.each<[string, Trouble]>([
    ['412', answer(412)],
    ['416, as it has become shorter', answer(416)],
    ['another ETag and the same size', part({ etag: '"OTHER"' })],
    ['another size', part({ 'content-range': `bytes ${HALF}-${BYTES.length - 1}/${BYTES.length + 1}` })],
    ['another checksum', part({ 'x-oss-hash-crc64ecma': '1' })],
    ['another whole object', answer(200, headersOf(Buffer.from('new')), 'new')],
  ])('never mixes two versions: %s', async (_, then) => {
    // Every answer after the first is of the new version.
    const { url } = await serveObject(BYTES, (request, response, count) =>
      count === 1 ? breakAfter(HALF, BYTES, response) : then(request, response, count),
    );
    const { error } = await read(fromUrl(url));
    expect(error).toMatchObject({ code: 'OBJECT_CHANGED', retryable: false });
  });

  it('does not resume when nothing distinguishes two versions', async () => {
    const { url, requests } = await serveObject(BYTES, (_, response) => {
      response.writeHead(200, { 'content-length': '500000', etag: 'W/"weak"' });
      response.write(BYTES.subarray(0, HALF), () => response.destroy());
      return true;
    });
    expect((await read(fromUrl(url))).error).toMatchObject({ code: 'NETWORK', retryable: true });
    expect(requests).toHaveLength(1);
  });

  it('finds a forged rest by the checksum of the whole', async () => {
    const { url } = await serveObject(BYTES, broken(part({}, Buffer.alloc(BYTES.length))));
    expect((await read(fromUrl(url))).error).toMatchObject({ code: 'CHECKSUM_MISMATCH' });
  });

  it('takes a fresh link when the old one has ended meanwhile', async () => {
    let valid = 1;
    const { url } = await serveObject(BYTES, (request, response, count) => {
      if (count === 1) {
        valid = 2;
        return breakAfter(HALF, BYTES, response);
      }
      if (request.url?.endsWith(`link=${valid}`)) return false;
      response.writeHead(403).end('<Error><Code>AccessDenied</Code><EC>0002-00000069</EC></Error>');
      return true;
    });
    let minted = 0;
    const { bytes, result } = await read(fromLinks(async () => `${url}&link=${(minted += 1)}`, 'x'));
    expect(bytes?.equals(BYTES)).toBe(true);
    expect([minted, result?.attempts]).toEqual([2, 3]);
  });

  it('stops at once when it is aborted while waiting', async () => {
    const abort = new AbortController();
    const { url, requests } = await serveObject(BYTES, broken());
    const reason = new Error('enough');
    const sleep = async (_ms: number, signal: AbortSignal): Promise<void> => {
      abort.abort(reason);
      signal.throwIfAborted();
    };
    expect((await read(fromUrl(url), { signal: abort.signal, retry: { sleep } })).error).toBe(reason);
    expect(requests).toHaveLength(1);
  });
});

describe('waiting for bytes', () => {
  it('gives a silent connection up and goes on with another', async () => {
    const { url } = await serveObject(BYTES, (_, response, count) => {
      if (count === 1) response.writeHead(200, headersOf(BYTES)).write(BYTES.subarray(0, HALF));
      return count === 1;
    });
    const { bytes, result } = await read(fromUrl(url), { timeouts: { bodyMs: 50 } });
    expect(bytes?.equals(BYTES)).toBe(true);
    expect(result?.attempts).toBe(2);
  });

  it('gives a server up that does not answer', async () => {
    const { url } = await serveObject(BYTES, (_, _response, count) => count <= 2);
    const { bytes, result } = await read(fromUrl(url), { timeouts: { headersMs: 250 } });
    expect(bytes?.equals(BYTES)).toBe(true);
    expect(result?.attempts).toBe(3);
  });

  it('does not hang on a source that gives no link', async () => {
    const source = fromLinks(() => new Promise(() => {}), 'x');
    const failure = openDownload(source, { retry: { ...AT_ONCE, maxFailures: 1 }, timeouts: { prepareMs: 10 } });
    await expect(failure).rejects.toMatchObject({ code: 'STALLED' });
  });

  it('ends at the deadline, whatever it is doing', async () => {
    const { url } = await serveObject(BYTES, (_, response) => {
      response.writeHead(200, headersOf(BYTES)).write(BYTES.subarray(0, HALF));
      return true;
    });
    expect((await read(fromUrl(url), { retry: { deadlineMs: 200 } })).error).toMatchObject({ code: 'DEADLINE' });
  });
});
