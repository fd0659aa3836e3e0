import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { crc64, createCrc64 } from '@ossgrant/crc64';
import { Agent, type Dispatcher } from 'undici';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type * as receiveBuffer from '../../src/transport/receive-buffer.ts';
import { rawServer, serve, serveTls } from '../kit.ts';

// No two blocks of the sizes at play are alike.
const BYTES = Buffer.from(Uint32Array.from({ length: 1 << 20 }, (_, index) => index).buffer);
const SUM = crc64(BYTES);

/** Whether reuse is trusted is kept for the life of the process. */
let module: typeof receiveBuffer;
beforeEach(async () => {
  vi.resetModules();
  module = await import('../../src/transport/receive-buffer.ts');
});

function createAgent(): Agent {
  const agent = new Agent({
    connections: 1,
    connect: module.reusingConnector({ timeout: 10_000, rejectUnauthorized: false }),
  });
  onTestFinished(() => agent.destroy());
  return agent;
}

interface Received {
  readonly sum: bigint;
  readonly headers: Map<string, string>;
  /** Of the chunks, as they came. */
  readonly memories: ArrayBufferLike[];
}

interface Options {
  /** Called with each chunk; false pauses. */
  readonly onChunk?: (resume: () => void) => boolean;
}

/** Sends a request; sums at once, as the transport's handler copies at once. */
async function get(agent: Dispatcher, url: string, { onChunk = () => true }: Options = {}): Promise<Received> {
  const { origin, pathname } = new URL(url);
  const crc = createCrc64();
  const headers = new Map<string, string>();
  const memories: ArrayBufferLike[] = [];
  let resume = (): void => {};
  return new Promise((resolve, reject) => {
    agent.dispatch(
      { origin, path: pathname, method: 'GET' },
      {
        onConnect: () => {},
        onHeaders(_, raw, resumeBody): boolean {
          resume = resumeBody;
          const texts = (raw ?? []).map(String);
          for (let at = 0; at < texts.length; at += 2)
            headers.set(String(texts[at]).toLowerCase(), String(texts[at + 1]));
          return true;
        },
        onData(chunk): boolean {
          crc.update(chunk);
          memories.push(chunk.buffer);
          return onChunk(() => resume());
        },
        onComplete: () => resolve({ sum: crc.digest(), headers, memories }),
        onError: reject,
      },
    );
  });
}

const whole: RequestListener = (_, response) =>
  void response.writeHead(200, { 'content-length': BYTES.length, 'x-oss-hash-crc64ecma': String(SUM) }).end(BYTES);
const chunked: RequestListener = (_, response) => {
  for (let at = 0; at < BYTES.length; at += 50_000) response.write(BYTES.subarray(at, at + 50_000));
  response.end();
};

describe.each<[string, (listener: RequestListener) => Promise<string>]>([
  ['http', serve],
  ['https', async (listener) => (await serveTls(listener)).url],
])('receiving into the same memory over %s', (_, start) => {
  it('gives the right bytes, request after request on one connection', async () => {
    const connections = new Set<Socket>();
    const url = await start((request, response) => {
      connections.add(request.socket);
      whole(request, response);
    });
    const agent = createAgent();
    for (let request = 0; request < 3; request += 1) expect((await get(agent, url)).sum).toBe(SUM);
    expect(connections.size).toBe(1);
  });

  it('gives the right bytes of chunked answers', async () => {
    expect((await get(createAgent(), await start(chunked))).sum).toBe(SUM);
  });

  it('gives the right bytes to a reader that pauses at each chunk', async () => {
    const url = await start(whole);
    const onChunk = (resume: () => void): boolean => {
      setImmediate(resume);
      return false;
    };
    expect((await get(createAgent(), url, { onChunk })).sum).toBe(SUM);
  });

  it('uses two pieces of memory for most of a body', async () => {
    const { memories } = await get(createAgent(), await start(whole));
    const counts = new Map<ArrayBufferLike, number>();
    for (const memory of memories) counts.set(memory, (counts.get(memory) ?? 0) + 1);
    const [first = 0, second = 0] = [...counts.values()].sort((a, b) => b - a);
    expect(first + second).toBeGreaterThan(memories.length / 2);
  });

  it('uses fresh memory for a body whose checksum is not announced, also on the same connection', async () => {
    const url = await start((request, response) => {
      if (request.url === '/announced') return whole(request, response);
      response.writeHead(200, { 'content-length': BYTES.length }).end(BYTES);
    });
    const agent = createAgent();
    await get(agent, new URL('/announced', url).href);
    const { sum, memories } = await get(agent, url);
    expect(sum).toBe(SUM);
    expect(new Set(memories).size).toBe(memories.length);
  });

  it('stops using the same memory when bytes were wrong', async () => {
    const url = await start(whole);
    const agent = createAgent();
    module.distrustReuse();
    const { sum, memories } = await get(agent, url);
    expect(sum).toBe(SUM);
    expect(new Set(memories).size).toBe(memories.length);
  });

  it('survives a connection that breaks, and takes another', async () => {
    let count = 0;
    const url = await start((request, response) => {
      count += 1;
      if (count > 1) return whole(request, response);
      response.writeHead(200, { 'content-length': BYTES.length });
      response.write(BYTES.subarray(0, 1_000_000), () => response.destroy());
    });
    const agent = createAgent();
    await expect(get(agent, url)).rejects.toThrow();
    expect((await get(agent, url)).sum).toBe(SUM);
  });
});

describe('receiving into the same memory', () => {
  it('keeps headers that come line by line, also after a body on the same connection', async () => {
    const names = ['one', 'two', 'three', 'four', 'five'];
    const lines = (value: string): string[] => [
      'HTTP/1.1 200 OK\r\n',
      ...names.map((name) => `x-${name}: ${value}-${name}\r\n`),
      `content-length: ${BYTES.length}\r\n\r\n`,
    ];
    const port = await rawServer(async (socket) => {
      socket.setNoDelay(true);
      for (const value of ['first', 'second']) {
        await once(socket, 'data');
        for (const line of lines(value)) {
          socket.write(line);
          // The other side reads in between.
          for (let turns = 0; turns < 5; turns += 1) await turn();
        }
        socket.write(BYTES);
      }
    });
    const agent = createAgent();
    for (const value of ['first', 'second']) {
      const { sum, headers } = await get(agent, `http://127.0.0.1:${port}/a`);
      expect(sum).toBe(SUM);
      for (const name of names) expect(headers.get(`x-${name}`)).toBe(`${value}-${name}`);
    }
  });

  it('ends the connection of a request that is aborted, and the next has its own', async () => {
    const url = await serve(whole);
    const agent = createAgent();
    const { origin, pathname: path } = new URL(url);
    const aborted = new Promise<Error>((resolve) => {
      let abort: (reason?: Error) => void = () => {};
      agent.dispatch(
        { origin, path, method: 'GET' },
        {
          onConnect: (how) => void (abort = how),
          onHeaders: () => true,
          onData(): boolean {
            abort(new Error('enough'));
            return false;
          },
          onComplete: () => {},
          onError: resolve,
        },
      );
    });
    expect((await aborted).message).toBe('enough');
    expect((await get(agent, url)).sum).toBe(SUM);
  });
});
