import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GrantHandler } from '../src/index.ts';
import { BUCKET, openStand, type Stand } from './kit.ts';

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 120_000);
afterAll(() => stand.close());

/** Listens on the loopback while the test runs, and asks for the share at a path below it. */
async function redeemBehind(listener: RequestListener, url: string): Promise<number> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  try {
    return (await fetch(`http://127.0.0.1:${port}${url}`, { redirect: 'manual' })).status;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

test('mounts in a server of node:http, which passes the address of the client', async () => {
  const { path } = await stand.share({ ip: '127.0.0.1' });
  const listener = getRequestListener((request, bindings) => {
    const { remoteAddress } = (bindings as { incoming: { socket: { remoteAddress?: string } } }).incoming.socket;
    return stand.handler.fetch(request, { remoteAddress });
  });
  expect(await redeemBehind(listener, path)).toBe(302);
});

/** A handler that is reached below /oss. */
async function below(): Promise<{ handler: GrantHandler; path: string }> {
  const { id } = await stand.share();
  const handler = stand.another({ publicUrl: 'https://files.example.com/oss' });
  const request = new Request(`https://files.example.com/oss/v1/shares/${id}/copy`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stand.key}` },
  });
  const { url } = (await (await handler.fetch(request)).json()) as { url: string };
  expect(url).toMatch(/^https:\/\/files\.example\.com\/oss\/d\//);
  return { handler, path: new URL(url).pathname };
}

test('mounts in Express, beside other routes and below a path', async () => {
  const { handler, path } = await below();
  const app = express();
  app.get('/', (_, response) => void response.send('the rest of the site'));
  const listener = getRequestListener((request) => handler.fetch(request));
  app.use((request, response, next) => {
    if (request.path.startsWith('/oss/')) void listener(request, response);
    else next();
  });
  expect(await redeemBehind(app, path)).toBe(302);
  expect(await redeemBehind(app, '/')).toBe(200);
});

test('is a route handler of Next: app/oss/[...path]/route.ts', async () => {
  const { handler, path } = await below();
  // The file exports these; Next calls them with a Request.
  const route = (request: Request): Promise<Response> => handler.fetch(request);
  const { GET, HEAD, POST, PATCH } = { GET: route, HEAD: route, POST: route, PATCH: route };
  const url = `https://files.example.com${path}`;
  expect((await GET(new Request(url))).status).toBe(302);
  expect((await HEAD(new Request(url, { method: 'HEAD' }))).status).toBe(302);
  expect((await POST(new Request(url, { method: 'POST' }))).status).toBe(303);
  expect((await PATCH(new Request(url, { method: 'PATCH' }))).status).toBe(405);
});

test('is a Worker: the platform hands over a Request, and the address in a header of its own', async () => {
  const { path } = await stand.share({ ip: '203.0.113.7' });
  const worker = {
    fetch: (request: Request): Promise<Response> =>
      stand.handler.fetch(request, { remoteAddress: request.headers.get('cf-connecting-ip') ?? undefined }),
  };
  const request = new Request(`https://files.example.com${path}`, { headers: { 'cf-connecting-ip': '203.0.113.7' } });
  expect((await worker.fetch(request)).status).toBe(302);
});

describe('an event function of Function Compute, as the guide has it', () => {
  interface Answer {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly isBase64Encoded: boolean;
  }
  let invoke: (event: Uint8Array) => Promise<Answer>;

  beforeAll(async () => {
    const guide = join(import.meta.dirname, '../../../docs/guides/run-a-grant-server.md');
    const [, code = ''] = /^```js\n(.*?)^```$/ms.exec(await readFile(guide, 'utf8')) ?? [];
    const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
      toFunction(handler: GrantHandler): typeof invoke;
    };
    invoke = module.toFunction(stand.handler);
  });

  /** As the vendor's page of HTTP triggers has it: a Buffer of JSON, payload version 1. */
  function httpEvent(method: string, rawPath: string, more: object = {}): Uint8Array {
    const domainName = 'example-abcdefghij.cn-hangzhou.fcapp.run';
    return Buffer.from(
      JSON.stringify({
        version: 'v1',
        rawPath,
        body: '',
        isBase64Encoded: false,
        headers: { 'User-Agent': 'curl/8.5.0', Accept: '*/*' },
        queryParameters: {},
        requestContext: {
          accountId: '1234567890123456',
          domainName,
          domainPrefix: 'example-abcdefghij',
          http: {
            method,
            path: decodeURIComponent(rawPath),
            protocol: 'HTTP/1.1',
            sourceIp: '203.0.113.7',
            userAgent: 'curl/8.5.0',
          },
          requestId: '1-64f6cd87-0123456789abcdef01234567',
          time: '2027-01-01T00:00:00Z',
          timeEpoch: '1798761600000',
        },
        ...more,
      }),
    );
  }

  test('redeems a share that is bound to an address', async () => {
    const share = await stand.share({ ip: '203.0.113.7' });
    const { statusCode, headers } = await invoke(httpEvent('GET', share.path));
    expect([statusCode, headers['location']]).toEqual([302, expect.stringContaining('reports')]);
    expect(headers['x-ossgrant-use']).toMatch(/^[\w-]{32}$/);
  });

  test('takes bodies as text and in Base64, and gives them in Base64', async () => {
    const body = JSON.stringify({ bucket: BUCKET, key: 'reports/\u6708.pdf' });
    const headers = { Authorization: `Bearer ${stand.key}`, 'Content-Type': 'application/json' };
    for (const sent of [{ body }, { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }]) {
      const answer = await invoke(httpEvent('POST', '/v1/shares', { headers, ...sent }));
      expect([answer.statusCode, answer.isBase64Encoded]).toEqual([201, true]);
      const made = JSON.parse(Buffer.from(answer.body, 'base64').toString()) as { keys: string[]; url: string };
      expect(made.keys).toEqual(['reports/\u6708.pdf']);
      expect(made.url).toMatch(/^https:\/\/files\.example\.com\/d\//);
    }
  });

  test('passes the query, and the path as it was encoded', async () => {
    const headers = { Authorization: `Bearer ${stand.key}` };
    const listed = await invoke(httpEvent('GET', '/v1/shares', { headers, queryParameters: { label: 'a&b=c' } }));
    expect(JSON.parse(Buffer.from(listed.body, 'base64').toString())).toEqual({ shares: [] });
    const several = await stand.share({ keys: ['reports/a b.txt', 'reports/a.txt'] });
    expect((await invoke(httpEvent('GET', `${several.path}/o/reports/a%20b.txt`))).statusCode).toBe(302);
    expect((await invoke(httpEvent('HEAD', several.path.slice(0, -1)))).statusCode).toBe(404);
  });
});
