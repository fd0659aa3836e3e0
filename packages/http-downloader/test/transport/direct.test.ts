import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readerOf } from '../../src/transport/dispatcher.ts';
import { handedOver } from '../../src/transport/handed-over.ts';
import { openConnection, sweepKept, takeKept, type Connection } from '../../src/transport/direct-connection.ts';
import { transport } from '../../src/transport/transport-direct.ts';
import type { Blocks, SendOptions, TransportResponse } from '../../src/transport/transport.ts';
import { rawServer, serve, serveTls } from '../kit.ts';

// No two blocks of the sizes at play are alike.
const BYTES = Buffer.from(Uint32Array.from({ length: 1 << 18 }, (_, index) => index).buffer);
const whole: RequestListener = (_, response) => response.writeHead(200, { 'content-length': BYTES.length }).end(BYTES);

// Whatever the environment says.
const OPTIONS = { connectMs: 5000, headersMs: 5000, bodyMs: 5000, direct: true };

async function send(url: string, options: Partial<SendOptions> = {}): Promise<TransportResponse> {
  const { origin, pathname: path } = new URL(url);
  const signal = new AbortController().signal;
  return transport.send({ method: 'GET', origin, path, headers: {} }, { ...OPTIONS, signal, ...options });
}

async function bytesOf(response: TransportResponse): Promise<Buffer> {
  const blocks: Uint8Array[] = [];
  for (let block = await response.read(); block !== undefined; block = await response.read()) blocks.push(block);
  return Buffer.concat(blocks);
}

/** Answers each request of each connection by what `answer` writes; counts connections. */
async function speak(answer: (socket: Socket, request: number, connection: number) => void) {
  const sockets: Socket[] = [];
  const requests: string[] = [];
  const port = await rawServer((socket) => {
    const connection = sockets.push(socket);
    let count = 0;
    socket.on('data', (chunk) => {
      requests.push(String(chunk));
      count += 1;
      answer(socket, count, connection);
    });
  });
  return { url: `http://127.0.0.1:${port}/a`, sockets, requests };
}

const head = (length: number, more = ''): string => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n${more}\r\n`;

beforeEach(() => onTestFinished(() => sweepKept(Infinity)));

describe('a direct response', () => {
  it('has the very bytes, however they come', async () => {
    const cuts = [1, 5, 17, 40, 41, 60, 65_536, 70_000, 200_000];
    const message = Buffer.concat([Buffer.from(head(BYTES.length)), BYTES]);
    const { url } = await speak(async (socket) => {
      socket.setNoDelay(true);
      let from = 0;
      for (const to of [...cuts, message.length]) {
        socket.write(message.subarray(from, to));
        from = to;
        // The other side reads in between.
        for (let turns = 0; turns < 5; turns += 1) await turn();
      }
    });
    expect((await bytesOf(await send(url))).equals(BYTES)).toBe(true);
  });

  it('holds the server back while nobody reads, and gives all blocks back', async () => {
    let taken = 0;
    let most = 0;
    const blocks: Blocks = {
      take(): Uint8Array {
        taken += 1;
        most = Math.max(most, taken);
        return new Uint8Array(4096);
      },
      give: () => void (taken -= 1),
    };
    const response = await send(await serve(whole), { blocks });
    const received: Buffer[] = [];
    for (let block = await response.read(); block !== undefined; block = await response.read()) {
      received.push(Buffer.from(block));
      blocks.give(block);
      await turn();
    }
    expect(Buffer.concat(received).equals(BYTES)).toBe(true);
    expect(taken).toBe(0);
    // Those of the first read, which holds some of the body beside the head.
    expect(most).toBeLessThanOrEqual(24);
  });

  it('hands on what there is while a block is being filled, and the rest of the block later', async () => {
    let more = (): void => {};
    const { url } = await speak((socket) => {
      socket.write(`${head(9)}abc`);
      more = () => void socket.write('defghi');
    });
    const response = await send(url);
    expect(String(Buffer.from((await response.read()) ?? []))).toBe('abc');
    const rest = response.read();
    more();
    expect(String(Buffer.from((await rest) ?? []))).toBe('defghi');
    expect(await response.read()).toBeUndefined();
  });

  it('is read on by undici when it has another form, without a second request', async () => {
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n';
    const early = `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${head(6)}abcdef`;
    const refused = 'HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\nabcdef';
    for (const [text, status] of [
      [chunked, 200],
      [early, 200],
      [refused, 404],
    ] as const) {
      const { url, requests } = await speak((socket) => void socket.write(text));
      const response = await send(url);
      expect([response.status, String(await bytesOf(response))]).toEqual([status, 'abcdef']);
      expect(requests).toHaveLength(1);
    }
  });

  it('fails when its connection is reset, whoever reads it', async () => {
    for (const text of [head(9), 'HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n']) {
      const { url } = await speak((socket) => void socket.write(`${text}abc`, () => socket.resetAndDestroy()));
      await expect(send(url).then(bytesOf)).rejects.toMatchObject({ code: expect.any(String) });
    }
  });
});

describe('direct connections', () => {
  it('are used again, the last one first', async () => {
    const sockets = new Set<Socket>();
    const url = await serve((request, response) => {
      sockets.add(request.socket);
      whole(request, response);
    });
    await Promise.all([send(url).then(bytesOf), send(url).then(bytesOf)]);
    expect(sockets.size).toBe(2);
    for (let count = 0; count < 3; count += 1) await bytesOf(await send(url));
    expect(sockets.size).toBe(2);
  });

  it.each([
    ['the server says that it closes', head(3, 'Connection: close\r\n'), 'abc'],
    ['the server keeps them only for a moment', head(3, 'Keep-Alive: timeout=1\r\n'), 'abc'],
    ['more came than was announced', head(3), 'abcdef'],
    ['undici read the response', 'HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\n', 'abc'],
  ])('are not used again when %s', async (_, text, body) => {
    const { url, sockets } = await speak((socket) => void socket.write(text + body));
    for (let count = 1; count <= 2; count += 1) {
      expect(String(await bytesOf(await send(url)))).toBe('abc');
      expect(sockets).toHaveLength(count);
    }
    await vi.waitFor(() => expect(sockets[0]?.destroyed).toBe(true));
  });

  it.each<[string, (socket: Socket) => void]>([
    ['the server speaks on a kept one', (socket) => void socket.write('HTTP/1.1 200 OK\r\n')],
    ['the server closes its side of a kept one', (socket) => void socket.end()],
    ['the server resets a kept one', (socket) => void socket.resetAndDestroy()],
  ])('are given up when %s', async (_, spoil) => {
    const { url, sockets } = await speak((socket) => void socket.write(`${head(3)}abc`));
    await bytesOf(await send(url));
    const [first] = sockets;
    if (first === undefined) throw new Error('no connection');
    spoil(first);
    await vi.waitFor(() => expect(first.destroyed).toBe(true));
    for (let turns = 0; turns < 5; turns += 1) await turn();
    expect(String(await bytesOf(await send(url)))).toBe('abc');
    expect(sockets).toHaveLength(2);
  });

  it('are closed when they have been kept long enough', async () => {
    const { url, sockets } = await speak((socket) => void socket.write(`${head(3)}abc`));
    await bytesOf(await send(url));
    sweepKept(performance.now() + 3000);
    await turn();
    expect(sockets[0]?.destroyed).toBe(false);
    sweepKept(performance.now() + 5000);
    await vi.waitFor(() => expect(sockets[0]?.destroyed).toBe(true));
  });

  type Moment = readonly [
    name: string,
    answer: (socket: Socket) => void,
    when: (connected: Promise<unknown>) => Promise<unknown>,
  ];
  const answered = (text: string) => (socket: Socket) => void socket.write(text);

  it.each<Moment>([
    ['while it connects', () => {}, async () => undefined],
    ['before it is answered', () => {}, (asked) => asked],
    ['in the head', answered('HTTP/1.1 200 OK\r\nContent-'), (asked) => asked],
    ['in the body', answered(`${head(9)}abc`), (asked) => asked],
    ['in a body that undici reads', answered('HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\nabc'), (asked) => asked],
  ])('end with a request that is aborted %s: no late answer reaches another', async (_, answer, when) => {
    let asked: (value?: unknown) => void = () => {};
    const isAsked = new Promise((resolve) => (asked = resolve));
    const { url, sockets } = await speak((socket, __, connection) => {
      if (connection > 1) {
        socket.write(`${head(4)}next`);
        return;
      }
      answer(socket);
      asked();
    });
    const stop = new AbortController();
    const aborted = send(url, { signal: stop.signal }).then(bytesOf);
    aborted.catch(() => {});
    await when(isAsked);
    await turn();
    stop.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await vi.waitFor(() => expect(sockets[0]?.destroyed ?? false).toBe(true));
    sockets[0]?.write(`${head(4)}late`);
    expect(String(await bytesOf(await send(url)))).toBe('next');
  });

  it('end with a response that is discarded', async () => {
    const { url, sockets } = await speak((socket) => void socket.write(`${head(9)}abc`));
    const response = await send(url);
    response.discard();
    await vi.waitFor(() => expect(sockets[0]?.destroyed).toBe(true));
  });

  it('stay when a response is discarded that was complete', async () => {
    const { url, sockets } = await speak((socket) => void socket.write(`${head(3)}abc`));
    const response = await send(url);
    await bytesOf(response);
    response.discard();
    await bytesOf(await send(url));
    expect(sockets).toHaveLength(1);
  });

  it.each([
    ['no response', { headersMs: 30 }, ''],
    ['no bytes', { bodyMs: 30 }, `${head(9)}abc`],
  ])('are given up when %s came in time', async (what, limits, text) => {
    const { url, sockets } = await speak((socket) => void socket.write(text));
    await expect(send(url, limits).then(bytesOf)).rejects.toThrow(`${what} within 30 ms`);
    await vi.waitFor(() => expect(sockets[0]?.destroyed).toBe(true));
  });

  it('do not run out of time while the reader takes its own', async () => {
    const url = await serve(whole);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const response = await send(url);
    for (let turns = 0; turns < 50; turns += 1) await turn();
    vi.advanceTimersByTime(OPTIONS.bodyMs + 1);
    vi.useRealTimers();
    expect((await bytesOf(response)).equals(BYTES)).toBe(true);
  });

  it('are undici’s where they are switched off', async () => {
    const { subscribe, unsubscribe } = await import('node:diagnostics_channel');
    let connected = 0;
    const count = (): void => void (connected += 1);
    subscribe('undici:client:connected', count);
    onTestFinished(() => void unsubscribe('undici:client:connected', count));
    await bytesOf(await send(await serve(whole), { direct: false }));
    vi.stubEnv('OSSGRANT_DIRECT', 'off');
    onTestFinished(() => void vi.unstubAllEnvs());
    await bytesOf(await send(await serve(whole), { direct: undefined }));
    expect(connected).toBe(2);
    vi.stubEnv('OSSGRANT_DIRECT', '');
    await bytesOf(await send(await serve(whole), { direct: undefined }));
    expect(connected).toBe(2);
  });

  it('refuse what undici refuses', async () => {
    const { origin } = new URL(await serve(whole));
    for (const headers of [{ 'a header': 'x' }, { x: 'a\r\nb' }, { x: 'a\0b' }]) {
      const sent = transport.send(
        { method: 'GET', origin, path: '/a', headers },
        { ...OPTIONS, signal: new AbortController().signal },
      );
      await expect(sent).rejects.toMatchObject({ name: 'InvalidArgumentError' });
    }
  });
});

describe('a connection of TLS', () => {
  async function connect(origin: string): Promise<Connection> {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    return new Promise((resolve, reject) => {
      openConnection(origin, 5000, (error, connection) => (error === undefined ? resolve(connection) : reject(error)));
    });
  }
  const request = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

  it('goes on to the next response although the end of the last one came while it was held back', async () => {
    const body = BYTES.subarray(0, 40_000);
    const { url } = await serveTls((_, response) =>
      response.writeHead(200, { 'content-length': body.length }).end(body),
    );
    const { origin } = new URL(url);

    /** Holds back at the first bytes, and takes what comes all the same. */
    async function receive(connection: Connection): Promise<Buffer> {
      const received: Buffer[] = [];
      let isComplete = false;
      await new Promise<void>((resolve, reject) => {
        connection.send(request, {
          room: () => Buffer.alloc(16_384),
          received(length, room): boolean {
            received.push(Buffer.from(room.subarray(0, length)));
            isComplete = Buffer.concat(received).subarray(-body.length).equals(body);
            if (isComplete) connection.release(5000, resolve);
            else setImmediate(() => void (isComplete || connection.resume()));
            return isComplete;
          },
          lost: (error) => reject(error ?? new Error('closed')),
        });
      });
      return Buffer.concat(received).subarray(-body.length);
    }

    expect((await receive(await connect(origin))).equals(body)).toBe(true);
    const kept = takeKept(origin);
    if (kept === undefined) throw new Error('the connection was not kept');
    expect((await receive(kept)).equals(body)).toBe(true);
  });

  it.each([
    ['stays', false],
    ['closes at once', true],
  ])(
    'hands all over to undici in its order, also what came while it was held back: a server that %s',
    async (_, ends) => {
      const body = BYTES.subarray(0, 40_000);
      const start = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`;
      const message = Buffer.concat([Buffer.from(start), body, Buffer.from('\r\n0\r\n\r\n')]);
      const { url } = await serveTls(({ socket }) => void (ends ? socket.end(message) : socket.write(message)));
      const { origin } = new URL(url);
      const connection = await connect(origin);
      const stream = await new Promise<Duplex>((resolve, reject) => {
        connection.send(request, {
          room: () => connection.scratch,
          received(length, room): boolean {
            resolve(handedOver(connection, room.subarray(0, length)));
            return false;
          },
          lost: (error) => reject(error ?? new Error('closed')),
        });
      });
      // As long as it takes to load undici.
      for (let turns = 0; turns < 20; turns += 1) await turn();
      const client = readerOf(origin, stream);
      const response = await client.request({ method: 'GET', path: '/' });
      expect(Buffer.from(await response.body.arrayBuffer()).equals(body)).toBe(true);
      await client.close();
    },
  );
});
