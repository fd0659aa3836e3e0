import { createServer, type RequestListener, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GrantHandler } from '../src/index.ts';
import { openStand, type Stand } from './kit.ts';

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 120_000);
afterAll(() => stand.close());

/** Listens on the loopback while the test runs, and asks for the share at a path below it. */
async function redeemBehind(listener: RequestListener, path: string): Promise<number> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  try {
    return (await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual' })).status;
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
