import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { headObject, type HeadFacts } from '../../src/connection/head-object.ts';
import { EXIT } from '../../src/failure/cli-error.ts';

const FACTS = { 'content-length': '5', 'x-oss-hash-crc64ecma': '12345' };
const FOUND = { size: 5, crc64: '12345' };

/** Asks a server that treats the first requests like this, and the others well. */
async function ask(troubles: readonly RequestListener[], signal = new AbortController().signal) {
  const waits: number[] = [];
  const signatures: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const trouble = troubles[signatures.length];
    signatures.push(request.headers.authorization);
    if (trouble === undefined) response.writeHead(200, FACTS).end();
    else trouble(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const credentials = { accessKeyId: 'an-id', accessKeySecret: 'a-secret' };
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const facts: Promise<HeadFacts> = headObject({
    endpoint: { region: 'cn-hangzhou', endpoint },
    provider: { getCredentials: async () => credentials },
    bucket: 'my-bucket',
    key: 'a.txt',
    fetch,
    signal,
    wait: async (ms) => void waits.push(ms),
  });
  return { facts, waits, signatures };
}

const answer =
  (status: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end();
const reset: RequestListener = (request) => request.socket.resetAndDestroy();

describe('the facts of an object', () => {
  it.each<[string, RequestListener]>([
    ['a reset connection', reset],
    ['408', answer(408)],
    ['429', answer(429)],
    ['500', answer(500)],
    ['503', answer(503)],
  ])('are asked for again after %s, up to eight times', async (_, trouble) => {
    const { facts, waits } = await ask(Array.from({ length: 8 }, () => trouble));
    expect(await facts).toEqual(FOUND);
    expect(waits).toHaveLength(8);
  });

  it.each<[string, RequestListener, string]>([
    ['the network', reset, 'cannot connect to'],
    ['the server', answer(503), 'OSS returned 503'],
  ])('fail by the ninth failure of %s', async (_, trouble, message) => {
    const { facts, waits } = await ask(Array.from({ length: 9 }, () => trouble));
    await expect(facts).rejects.toMatchObject({ exitCode: EXIT.failure, message: expect.stringContaining(message) });
    expect(waits).toHaveLength(8);
  });

  it.each([301, 403, 404])('are asked for once when the answer is %i', async (status) => {
    const { facts, waits } = await ask([answer(status, { location: '/elsewhere' })]);
    await expect(facts).rejects.toThrow(`OSS returned ${status}`);
    expect(waits).toEqual([]);
  });

  it('wait as long as the server asks for, up to two minutes, and longer each time', async () => {
    const later = new Date(Date.now() + 100_000).toUTCString();
    const asking = ['3', '9999', later, 'soon', '-5'].map((text) => answer(503, { 'retry-after': text }));
    const { facts, waits } = await ask(asking);
    await facts;
    expect(waits.slice(0, 2)).toEqual([3000, 120_000]);
    expect(waits[2]).toBeGreaterThan(90_000);
    expect(waits[3]).toBeLessThan(8000);
    expect(waits[4]).toBeLessThan(16_000);
  });

  it('are not asked for again once the command is stopped', async () => {
    const stopped = new AbortController();
    const { facts, waits } = await ask(
      [
        (request): void => {
          stopped.abort(new Error('stopped'));
          request.socket.destroy();
        },
      ],
      stopped.signal,
    );
    await expect(facts).rejects.toThrow('stopped');
    expect(waits).toEqual([]);
  });
});
