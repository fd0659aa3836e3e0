import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectionError } from '../../src/connection-error.ts';
import { transport as fetchTransport } from '../../src/transport/transport-fetch.ts';
import { transport as undiciTransport } from '../../src/transport/transport-undici.ts';
import type { Blocks, Transport } from '../../src/transport/transport.ts';
import { rawServer, serve } from '../kit.ts';

describe.each([
  ['undici', undiciTransport],
  ['fetch', fetchTransport],
])('the %s transport', (__, transport) => {
  const send = async (url: string, path: string) =>
    transport.send(
      { method: 'GET', origin: new URL(url).origin, path, headers: { 'x-oss-date': 'now' } },
      { signal: new AbortController().signal, connectMs: 30_000, headersMs: 30_000, bodyMs: 30_000 },
    );

  it('sends path and headers as they were signed', async () => {
    const url = await serve((request, response) =>
      response.end(`${request.url} ${String(request.headers['x-oss-date'])}`),
    );
    const path = '/my-bucket/a%2F..%2Fb//c%20d%2Be?x-oss-process=a%2Cb&bare';
    const response = await send(url, path);
    const chunks: Uint8Array[] = [];
    for (let next = await response.read(); next !== undefined; next = await response.read()) chunks.push(next);
    expect(Buffer.concat(chunks).toString()).toBe(`${path} now`);
  });

  it('does not follow a redirect with the signature', async () => {
    let asked = 0;
    const target = await serve((_, response) => {
      asked += 1;
      response.end();
    });
    const url = await serve((_, response) => response.writeHead(302, { location: target }).end());
    expect((await send(url, '/a')).status).toBe(302);
    expect(asked).toBe(0);
  });

  it('distinguishes an error of the platform from a broken connection', async () => {
    const impossible = transport.send(
      { method: 'GET', origin: 'http://127.0.0.1:1', path: '/a', headers: { 'a header': 'x' } },
      { signal: new AbortController().signal, connectMs: 1000, headersMs: 1000, bodyMs: 1000 },
    );
    const thrown = await impossible.catch((error: unknown) => connectionError(error, 'x'));
    expect(thrown).toMatchObject({ code: 'UNSUPPORTED', retryable: false });
    const port = await rawServer((socket) => socket.destroy());
    const broken = await send(`http://127.0.0.1:${port}`, '/a').catch((error: unknown) => connectionError(error, 'x'));
    expect(broken).toMatchObject({ code: 'NETWORK', message: expect.stringMatching(/(closed|reset) the connection/) });
  });

  it('gives a connection up without reading on', async () => {
    const url = await serve((_, response) => void response.writeHead(200).write('endless'));
    const response = await send(url, '/a');
    response.discard();
    expect(response.status).toBe(200);
    expect(response.header('x-oss-missing')).toBeUndefined();
  });
});

describe('memory that is used again', () => {
  afterEach(() => vi.unstubAllGlobals());

  /** Receives a body into blocks of 64 KiB. Returns it, how many blocks there were, and how many were not given back. */
  async function receive(transport: Transport, origin: string) {
    const free: ArrayBufferLike[] = [];
    let [made, inUse] = [0, 0];
    const blocks: Blocks = {
      take(): Uint8Array {
        inUse += 1;
        const used = free.pop();
        if (used === undefined) made += 1;
        return new Uint8Array(used ?? new ArrayBuffer(1 << 16));
      },
      give(bytes): void {
        inUse -= 1;
        free.push(bytes.buffer);
      },
    };
    const response = await transport.send(
      { method: 'GET', origin, path: '/a', headers: {} },
      { signal: new AbortController().signal, connectMs: 1000, headersMs: 1000, bodyMs: 1000, blocks },
    );
    const body = createHash('sha256');
    for (let next = await response.read(); next !== undefined; next = await response.read()) {
      body.update(next);
      blocks.give(next);
    }
    return { body: body.digest('hex'), made, inUse };
  }

  const content = randomBytes(3_000_000);
  const expected = createHash('sha256').update(content).digest('hex');

  it.each([
    ['undici', undiciTransport],
    ['fetch', fetchTransport],
  ])('takes few blocks by the %s transport, and gives all back', async (__, transport) => {
    const url = await serve((_, response) => response.end(content));
    const { body, made, inUse } = await receive(transport, new URL(url).origin);
    expect(body).toBe(expected);
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(8);
    expect(inUse).toBe(0);
  });

  it.each([
    ['undici', undiciTransport],
    ['fetch', fetchTransport],
  ])('does not hold the body of a refusal by the %s transport', async (__, transport) => {
    const url = await serve((_, response) => response.writeHead(403).end(content));
    expect(await receive(transport, new URL(url).origin)).toMatchObject({ body: expected, made: 0 });
  });

  it('is not that of a browser that cannot fill blocks', async () => {
    const bytes = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(content));
        controller.close();
      },
    });
    vi.stubGlobal('fetch', async () => new Response(bytes));
    expect(await receive(fetchTransport, 'https://bucket.example')).toMatchObject({ body: expected, made: 0 });
  });
});

describe('the fetch transport in a web page', () => {
  afterEach(() => vi.unstubAllGlobals());
  const send = async (origin: string): Promise<unknown> =>
    fetchTransport.send(
      { method: 'GET', origin, path: '/a', headers: {} },
      { signal: new AbortController().signal, connectMs: 1000, headersMs: 1000, bodyMs: 1000 },
    );

  function openPage(answer: () => Promise<Response>): void {
    vi.stubGlobal('document', {});
    vi.stubGlobal('location', { origin: 'https://page.example' });
    vi.stubGlobal('fetch', answer);
  }

  it('says that CORS rules may be why nothing came from another origin, and what they must allow', async () => {
    openPage(async () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(send('https://bucket.example')).rejects.toMatchObject({
      code: 'NETWORK',
      retryable: true,
      message: expect.stringMatching(/CORS rules do not allow https:\/\/page.example.*x-oss-hash-crc64ecma exposed/),
    });
    await expect(send('https://page.example')).rejects.toThrow('the connection failed');
  });

  it('says that it cannot follow a redirect', async () => {
    openPage(async () => Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' }));
    await expect(send('https://bucket.example')).rejects.toMatchObject({ code: 'HTTP_STATUS', retryable: false });
  });
});
