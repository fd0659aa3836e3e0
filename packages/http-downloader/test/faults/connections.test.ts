import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, type AddressInfo, type LookupFunction, type Socket } from 'node:net';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fromUrl, openDownload } from '../../src/index.ts';
import { paused } from '../../src/transport/paused-responses.ts';
import { AT_ONCE, ETAG, serveObject, type Trouble, rawServer, serveTls } from '../kit.ts';
import { asked, BYTES, from, only, part, PARTS, expectRefusal, sequence, expectFile } from './outcome.ts';

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves names by these answers, one after the other, the last one for good. */
function resolveBy(...answers: readonly (string | { readonly address: string })[]): () => number {
  let count = 0;
  const lookup = ((_name, _options, callback) => {
    const found = answers[Math.min(count, answers.length - 1)] ?? '';
    count += 1;
    if (typeof found === 'string') callback(Object.assign(new Error('lookup'), { code: found }), []);
    else callback(null, [{ ...found, family: 4 }]);
  }) as LookupFunction;
  const before = getGlobalDispatcher();
  onTestFinished(() => setGlobalDispatcher(before));
  setGlobalDispatcher(new Agent({ connect: { lookup } }));
  return () => count;
}

/** Answers by hand, on the request's own connection. */
const raw =
  (speak: (socket: Socket, range: ReturnType<typeof asked>) => void): Trouble =>
  (request) => {
    speak(request.socket, asked(request.headers.range));
    return true;
  };

const head = ({ start, length }: ReturnType<typeof asked>, more = 0): string =>
  `HTTP/1.1 206 Partial Content\r\nETag: ${ETAG}\r\nContent-Length: ${length + more}\r\n` +
  `Content-Range: bytes ${start}-${start + length - 1}/${BYTES.length}\r\n`;
const bytesOf = ({ start, length }: ReturnType<typeof asked>): Buffer => BYTES.subarray(start, start + length);

describe('a download over connections that fail', () => {
  it('outlasts a server that refuses connections for a while, and says so of one that does for good [fault 1]', async () => {
    const closed = `http://127.0.0.1:${await closedPort()}/a.bin`;
    const { url } = await serveObject(BYTES);
    expect(await expectFile(sequence(closed, closed, url))).toMatchObject({ attempts: PARTS + 2 });
    await expectRefusal(closed, { code: 'NETWORK', retryable: true });
  });

  it('outlasts a name that cannot be resolved for a while, and says so of one that never can [fault 2]', async () => {
    const { url } = await serveObject(BYTES);
    const named = url.replace('127.0.0.1', 'bucket.example');
    const lookups = resolveBy('EAI_AGAIN', 'ENOTFOUND', { address: '127.0.0.1' });
    await expectFile(named);
    expect(lookups()).toBeGreaterThan(2);
    resolveBy('ENOTFOUND');
    await expectRefusal(named, { code: 'NETWORK', retryable: true });
  });

  it('gives up a connection that does not come about in time, and takes another [fault 3]', async () => {
    const silent = `https://127.0.0.1:${await rawServer(() => {})}/a.bin`;
    const { url } = await serveObject(BYTES);
    await expectFile(sequence(silent, url), { timeouts: { connectMs: 20 } });
    const error = await expectRefusal(
      silent,
      { code: 'NETWORK' },
      { timeouts: { connectMs: 20 }, retry: { maxFailures: 0 } },
    );
    expect(error.cause).toMatchObject({ code: 'UND_ERR_CONNECT_TIMEOUT' });
  });

  it('does not try a second time to trust a bad certificate [fault 4]', async () => {
    let answered = 0;
    const { url, connections } = await serveTls((_, response) => {
      answered += 1;
      response.end(BYTES);
    });
    await expectRefusal(url, { code: 'TLS', retryable: false });
    expect([connections(), answered]).toEqual([1, 0]);
  });

  it('asks again when the connection is reset before the response [fault 5]', async () => {
    const { url, requests } = await serveObject(
      BYTES,
      only(
        2,
        raw((socket) => socket.resetAndDestroy()),
      ),
    );
    await expectFile(url);
    expect(requests).toHaveLength(PARTS + 1);
  });

  it('resumes at the byte where the connection was reset [fault 6]', async () => {
    const reset = raw((socket, range) => {
      socket.write(`${head(range)}\r\n`);
      socket.write(bytesOf(range).subarray(0, 30_000), () => socket.resetAndDestroy());
    });
    await expectFile((await serveObject(BYTES, only(2, reset))).url);
    await expectRefusal(
      (await serveObject(BYTES, from(2, reset))).url,
      { code: 'NETWORK' },
      { retry: { maxFailures: 0 } },
    );
  });

  it('resumes at the byte where the connection was closed too early [fault 7]', async () => {
    const short = raw((socket, range) => {
      socket.write(`${head(range)}\r\n`);
      socket.end(bytesOf(range).subarray(0, 30_000));
    });
    await expectFile((await serveObject(BYTES, only(3, short))).url);
    await expectRefusal(
      (await serveObject(BYTES, from(3, short))).url,
      { code: 'NETWORK' },
      { retry: { maxFailures: 0 } },
    );
  });

  it('asks again when no response comes [fault 8]', async () => {
    const { url, requests } = await serveObject(BYTES, (_, __, count) => count === 1 || count === 3);
    await expectFile(url, { timeouts: { headersMs: 100 } });
    expect(requests).toHaveLength(PARTS + 2);
    const silent = await serveObject(BYTES, () => true);
    await expectRefusal(silent.url, { code: 'NETWORK' }, { timeouts: { headersMs: 20 } });
    expect(silent.requests).toHaveLength(4);
  });

  it('resumes with another connection when one falls silent [fault 9]', async () => {
    const silent = raw((socket, range) => {
      socket.write(`${head(range)}\r\n`);
      socket.write(bytesOf(range).subarray(0, 30_000));
    });
    await expectFile((await serveObject(BYTES, only(2, silent))).url, { timeouts: { bodyMs: 50 } });
  });

  it('resumes with another connection when one is too slow [fault 10]', async () => {
    let trickled = 0;
    const trickle = raw((socket, range) => {
      socket.write(`${head(range)}\r\n`);
      const drip = (): void => {
        const drop = bytesOf(range).subarray(trickled, trickled + 5);
        trickled += 5;
        if (!socket.destroyed) socket.write(drop, () => setImmediate(drip));
      };
      drip();
    });
    // Each look at this clock is a second later.
    let now = 0;
    const clock = { now: () => Date.now(), monotonic: () => (now += 1000) };
    const { url, requests } = await serveObject(BYTES, only(2, trickle));
    await expectFile(url, { clock });
    expect(requests).toHaveLength(PARTS + 1);
    expect(trickled).toBeLessThan(50_000);
  });

  it('asks again when a kept connection is closed just as it is used again [fault 11]', async () => {
    const used = new WeakMap<Socket, number>();
    let closed = 0;
    const { url, requests } = await serveObject(BYTES, ({ socket }: IncomingMessage) => {
      used.set(socket, (used.get(socket) ?? 0) + 1);
      if (used.get(socket) !== 2) return false;
      closed += 1;
      socket.destroy();
      return true;
    });
    await expectFile(url, { connections: 1 });
    expect(closed).toBeGreaterThan(0);
    expect(requests).toHaveLength(PARTS + closed);
  });

  it('recognises a body of unknown length that ends early, by a break or in good form [fault 12]', async () => {
    const chunked =
      (end: (socket: Socket) => unknown): Trouble =>
      (request, response) => {
        const range = asked(request.headers.range);
        response.writeHead(206, {
          etag: ETAG,
          'content-range': `bytes ${range.start}-${range.start + range.length - 1}/${BYTES.length}`,
        });
        response.write(bytesOf(range).subarray(0, 30_000), () => end(request.socket));
        return true;
      };
    for (const end of [(socket: Socket) => socket.destroy(), (socket: Socket) => socket.end('0\r\n\r\n')]) {
      const { url, requests } = await serveObject(BYTES, only(2, chunked(end)));
      await expectFile(url);
      // By the length alone, before any checksum.
      expect(requests).toHaveLength(PARTS + 1);
    }
  });

  it('takes no byte beyond the announced ones [fault 13]', async () => {
    // The server's side of a connection that was spoken on by hand answers no further request.
    const patience = { timeouts: { headersMs: 200 } };
    const tail = Buffer.from('x'.repeat(500));
    const beyondLength = raw((socket, range) => {
      socket.write(Buffer.concat([Buffer.from(`${head(range)}\r\n`), bytesOf(range), tail]));
    });
    await expectFile((await serveObject(BYTES, only(2, beyondLength))).url, patience);
    const beyondRange = raw((socket, range) => {
      socket.write(Buffer.concat([Buffer.from(`${head(range, tail.length)}\r\n`), bytesOf(range), tail]));
    });
    await expectFile((await serveObject(BYTES, only(2, beyondRange))).url, patience);
  });

  it.each<[string, Trouble]>([
    ['garbage', raw((socket) => socket.end('garbage\r\n\r\n'))],
    ['headers without end', part({ 'x-endless': 'x'.repeat(100_000) })],
    ['half a status line', raw((socket) => socket.end('HTTP/1.1 20'))],
    ['a status that is none', raw((socket) => socket.end('HTTP/1.1 999 \r\nContent-Length: 0\r\n\r\n'))],
  ])('asks again when the response is %s [fault 14]', async (_, trouble) => {
    const { url } = await serveObject(BYTES, only(2, trouble));
    await expectFile(url);
    await expectRefusal((await serveObject(BYTES, trouble)).url, {}, { retry: { maxFailures: 1 } });
  });

  it.each<[string, number, boolean]>([
    ['is closed after all of its bytes', 0, false],
    ['is closed after some of its bytes', 1000, false],
    ['is reset after some of its bytes', 1000, true],
  ])('reads slowly from a connection that %s [fault 81]', async (_, missing, isReset) => {
    // The last byte that comes fills a block, at which the response is held back.
    const object = BYTES.subarray(0, 65_536 + missing);
    let count = 0;
    let close: () => void = () => {};
    let isSent = false;
    const port = await rawServer((socket) => {
      count += 1;
      const isFirst = count === 1;
      if (isFirst) close = () => void (isReset ? socket.resetAndDestroy() : socket.end());
      const lines = [
        'HTTP/1.1 200 OK',
        `ETag: ${ETAG}`,
        `Content-Length: ${object.length}`,
        'Connection: close',
        '',
        '',
      ];
      socket.once('data', () => {
        const bytes = isFirst ? object.subarray(0, 65_536) : object;
        socket.write(Buffer.concat([Buffer.from(lines.join('\r\n')), bytes]), () => (isSent = true));
        if (!isFirst) socket.end();
      });
    });
    const download = await openDownload(fromUrl(`http://127.0.0.1:${port}/a.bin`), { retry: AT_ONCE });
    await vi.waitFor(() => expect(isSent).toBe(true));
    // Only undici sees the end of a connection whose bytes are held back.
    const isUndici = process.env['OSSGRANT_DIRECT'] === 'off';
    if (isUndici) await vi.waitFor(() => expect(paused.size).toBe(1));
    close();
    await vi.waitFor(() => expect(paused.size).toBe(0));
    expect(Buffer.from(await new Response(download.body).arrayBuffer()).equals(object)).toBe(true);
    expect((await download.done).attempts).toBe(missing === 0 ? 1 : 2);
  });
});
