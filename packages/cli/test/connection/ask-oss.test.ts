import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPlainFetch } from '../../src/connection/plain-fetch.ts';
import { headObject, type HeadFacts } from '../../src/connection/head-object.ts';
import { listObjects } from '../../src/connection/list-objects.ts';
import { EXIT } from '../../src/failure/cli-error.ts';

const FACTS = { 'content-length': '5', 'x-oss-hash-crc64ecma': '12345' };
const FOUND = { size: 5, crc64: '12345' };

const key = (name: string): string => `<Contents><Key>${name}</Key><Size>1</Size></Contents>`;
const PAGES = [
  `<R>${key('a')}<IsTruncated>true</IsTruncated><NextContinuationToken>2</NextContinuationToken></R>`,
  `<R>${key('b')}<IsTruncated>false</IsTruncated></R>`,
];

/** A server that treats the first requests like this, and the others well. */
async function troubled(troubles: readonly RequestListener[], signal = new AbortController().signal) {
  const waits: number[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const trouble = troubles[requests.length];
    requests.push(`${request.method} ${request.url}`);
    if (trouble !== undefined) trouble(request, response);
    else if (request.method === 'HEAD') response.writeHead(200, FACTS).end();
    else response.end(PAGES[request.url?.includes('continuation-token=2') === true ? 1 : 0]);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const credentials = { accessKeyId: 'an-id', accessKeySecret: 'a-secret' };
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = {
    endpoint: { region: 'cn-hangzhou', endpoint },
    provider: { getCredentials: async () => credentials },
    bucket: 'my-bucket',
    fetch: createPlainFetch({ connectMs: 10_000, silenceMs: 10_000 }),
    signal,
    wait: async (ms: number) => void waits.push(ms),
  };
  return { options, waits, requests };
}

async function ask(troubles: readonly RequestListener[], signal?: AbortSignal) {
  const { options, waits } = await troubled(troubles, signal);
  const facts: Promise<HeadFacts> = headObject({ ...options, key: 'a.txt' });
  return { facts, waits };
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

const half: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write(PAGES[0]?.slice(0, 40), () => response.destroy());
};

describe('a listing', () => {
  it('fails at once where no server is, as the endpoint is more likely wrong', async () => {
    const { options, waits } = await troubled([]);
    const endpoint = { region: 'cn-hangzhou', endpoint: 'http://127.0.0.1:1' };
    await expect(listObjects({ ...options, endpoint, prefix: '' }).next()).rejects.toThrow(
      'cannot connect to 127.0.0.1:1',
    );
    expect(waits).toEqual([]);
  });

  it('asks for the same page again after failures that pass, and goes on after it', async () => {
    const well: RequestListener = (_, response) => response.end(PAGES[0]);
    const { options, waits, requests } = await troubled([answer(503), well, reset, half, answer(500)]);
    const keys: string[] = [];
    for await (const found of listObjects({ ...options, prefix: 'p/' })) keys.push(found.key);
    expect(keys).toEqual(['a', 'b']);
    expect(requests.map((line) => line.includes('continuation-token=2'))).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
    expect(waits).toHaveLength(4);
  });

  it('ends with a clear message when a page never comes whole, or OSS refuses', async () => {
    const broken = await troubled(Array.from({ length: 9 }, () => half));
    await expect(listObjects({ ...broken.options, prefix: '' }).next()).rejects.toMatchObject({
      exitCode: EXIT.failure,
      message: expect.stringMatching(/^cannot list oss:\/\/my-bucket\/: the connection to 127\.0\.0\.1:\d+ failed$/),
    });
    const refused = await troubled([answer(403)]);
    await expect(listObjects({ ...refused.options, prefix: '' }).next()).rejects.toThrow('OSS returned 403');
    expect(refused.waits).toEqual([]);
  });
});
