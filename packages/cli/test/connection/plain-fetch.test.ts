import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readLimited } from '@ossgrant/credentials-core/internal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOfNetwork } from '../../src/connection/try-again.ts';
import { createPlainFetch, plainFetch } from '../../src/connection/plain-fetch.ts';

let origin: string;
const handle = (request: IncomingMessage, response: ServerResponse): void => {
  const path = request.url ?? '';
  if (path === '/reset') request.socket.destroy();
  else if (path === '/redirect') response.writeHead(302, { location: '/' }).end('moved');
  else if (path === '/silent') return;
  else if (path === '/half') response.writeHead(200, { 'content-length': '100' }).write('half');
  else if (path === '/cut')
    response.writeHead(200, { 'content-length': '100' }).write('cut', () => request.socket.destroy());
  else if (path === '/empty') response.writeHead(204).end();
  else {
    response.writeHead(Number(path.slice(1)) || 200, { 'X-Twice': ['a', 'b'], date: 'Sun, 29 Nov 2026 12:00:00 GMT' });
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (text: string) => (body += text));
    request.on('end', () => response.end(JSON.stringify([request.method, request.headers['x-a'], body])));
  }
};
const server = createServer(handle);

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** What the command reads of a response, or how it failed. */
async function outcome(send: typeof fetch, path: string, init: RequestInit = {}): Promise<unknown> {
  try {
    const response = await send(origin + path, { redirect: 'manual', ...init });
    const { bytes } = await readLimited(response.body, 1000);
    const { status, ok, headers } = response;
    return [
      status,
      ok,
      headers.get('x-twice'),
      headers.get('Date'),
      headers.get('x-none'),
      new TextDecoder().decode(bytes),
    ];
  } catch (error) {
    return [(error as Error).name, isOfNetwork(error)];
  }
}

describe('plainFetch', () => {
  it.each<[string, RequestInit]>([
    ['/200', {}],
    ['/200', { method: 'POST', headers: { 'x-a': '1' }, body: 'häß=1' }],
    ['/404', { method: 'HEAD' }],
    ['/503', { method: 'PATCH', body: '{}' }],
    ['/empty', {}],
    ['/redirect', {}],
    ['/redirect', { redirect: 'error' }],
    ['/reset', {}],
    ['/200', { signal: AbortSignal.abort() }],
    ['/200', { headers: { 'x-a': 'a\nb' } }],
  ])('gives what fetch gives: %s %j', async (path, init) => {
    expect(await outcome(plainFetch, path, init)).toEqual(await outcome(fetch, path, init));
  });

  it('ends with the reason of its signal while it waits for a response', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const response = plainFetch(`${origin}/silent`, { signal: abort.signal });
    setImmediate(() => abort.abort(reason));
    await expect(response).rejects.toBe(reason);
  });

  it('ends with the reason of its signal while it reads the body', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const { body } = await plainFetch(`${origin}/half`, { signal: abort.signal });
    const read = readLimited(body, 1000);
    setImmediate(() => abort.abort(reason));
    await expect(read).rejects.toBe(reason);
  });

  it.each(['/silent', '/half'])('fails where the server falls silent: %s', async (path) => {
    const send = createPlainFetch({ connectMs: 10_000, silenceMs: 10 });
    const read = send(origin + path).then(({ body }) => readLimited(body, 1000));
    await expect(read).rejects.toThrow(path === '/half' ? '127.0.0.1' : 'fetch failed');
  });

  it('fails where the server closes the connection in the middle', async () => {
    const { body } = await plainFetch(`${origin}/cut`);
    await expect(readLimited(body, 1000)).rejects.toThrow();
  });

  it('lets go of a body that is not read', async () => {
    const { body } = await plainFetch(`${origin}/half`);
    await expect(body?.cancel()).resolves.toBeUndefined();
  });
});
