import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { downloadToMemory, fromShare, newShareUse } from '../../src/index.ts';
import { AT_ONCE, ETAG, serve, serveObject, serveWell } from '../kit.ts';

const TOKEN = 'AbcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR';
const BYTES = new TextEncoder().encode('content of a '.repeat(1000));

interface Asked {
  readonly path: string | undefined;
  readonly use: string | undefined;
  readonly body: unknown;
}

/** A server that responds to a share with what `respond` gives, one after the other. */
async function grantServer(
  respond: (count: number) => { readonly status: number; readonly body: object },
): Promise<{ readonly share: string; readonly asked: Asked[] }> {
  const asked: Asked[] = [];
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const use = request.headers['x-ossgrant-use'];
    asked.push({ path: request.url, use: String(use), body: JSON.parse(await read(request)) as unknown });
    const { status, body } = respond(asked.length);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
  const url = await serve((request, response) => void answer(request, response));
  return { share: `${new URL(url).origin}/d/${TOKEN}`, asked };
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

test('asks for a URL with its proof and password, and downloads by it', async () => {
  const { url } = await serveObject(BYTES);
  const { share, asked } = await grantServer(() => ({ status: 200, body: { url } }));
  const source = fromShare(share, { key: 'a/b c.txt', password: 'open', use: newShareUse() });
  expect(source.identity).toBe(`share:${share.slice(0, -22)}/o/a/b%20c.txt`);
  const { verified } = await downloadToMemory(source, { maxBytes: 1e6 });
  expect(verified).toBe('crc64');
  expect(asked).toMatchObject([{ path: `/d/${TOKEN}/o/a/b%20c.txt`, body: { password: 'open' } }]);
});

test('asks once more with the same proof when a URL has expired in the middle', async () => {
  let served = 0;
  const { url } = await serveObject(BYTES, (request, response) => {
    served += 1;
    if (served === 1) {
      response.writeHead(200, { 'content-length': String(BYTES.length), etag: ETAG });
      response.write(BYTES.subarray(0, 100), () => response.destroy());
      return true;
    }
    if (served === 2) {
      const body = '<Error><Code>AccessDenied</Code><Message>Request has expired.</Message></Error>';
      response.writeHead(403, { 'content-type': 'application/xml', 'x-oss-ec': '0002-00000069' }).end(body);
      return true;
    }
    serveWell(BYTES, request, response);
    return true;
  });
  const { share, asked } = await grantServer(() => ({ status: 200, body: { url } }));
  const { bytes } = await downloadToMemory(fromShare(share), { maxBytes: 1e6, retry: AT_ONCE });
  expect([bytes, asked.length]).toEqual([BYTES.length, 2]);
  expect(asked[0]?.use).toMatch(/^[\w-]{32}$/);
  expect(asked[1]?.use).toBe(asked[0]?.use);
});

test('goes on with the proof that the server gives in its place', async () => {
  const given = newShareUse();
  const { share, asked } = await grantServer((count) => ({
    status: 200,
    body: { url: `http://127.0.0.1:1/a?${count}`, use: given },
  }));
  const source = fromShare(share);
  const attempt = { headers: {}, clockOffsetMs: 0, signal: new AbortController().signal };
  const { token } = await source.prepare(attempt);
  source.rejected?.({ token, cause: 'link-expired' });
  await source.prepare(attempt);
  expect(asked[0]?.use).not.toBe(given);
  expect(asked[1]?.use).toBe(given);
});

test.each([
  [410, 'revoked', 'LINK_EXPIRED', false],
  [410, 'used-up', 'LINK_EXPIRED', false],
  [410, 'paused', 'ACCESS_DENIED', false],
  [403, 'password-wrong', 'ACCESS_DENIED', false],
  [404, 'not-found', 'NOT_FOUND', false],
  [503, 'busy', 'HTTP_STATUS', true],
])('says of status %i %s that it is %s', async (status, code, expected, retryable) => {
  const { share } = await grantServer(() => ({ status, body: { code, detail: 'ask its owner' } }));
  const failed = downloadToMemory(fromShare(share), { maxBytes: 10, retry: { ...AT_ONCE, maxFailures: 1 } });
  const error = await failed.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: expected, serviceCode: code, status, retryable });
  expect(String(error)).toContain('ask its owner');
  expect(JSON.stringify(error) + String(error)).not.toContain(TOKEN);
});

test.each([
  '',
  'https://files.example.com/',
  'https://files.example.com/d/short',
  `ftp://a/d/${TOKEN}`,
  `https://user:word@a/d/${TOKEN}`,
])('refuses %o where the address of a share must be, without repeating it', (url) => {
  expect(() => fromShare(url)).toThrow(TypeError);
  expect(() => fromShare(`https://user:secret-word@a/d/x`)).not.toThrow(/secret-word/);
});

test('follows no redirect, which would take the address and the password to another server', async () => {
  const asked: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    asked.push(request.url);
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  const source = fromShare(`${new URL(url).origin}/d/${TOKEN}`, { password: 'open' });
  await expect(downloadToMemory(source, { maxBytes: 10 })).rejects.toMatchObject({
    code: 'HTTP_STATUS',
    status: 307,
    retryable: false,
    message: 'the share gives no download: the server redirects, which is not followed: check the address',
  });
  expect(asked).toEqual([`/d/${TOKEN}`]);
});

test('repeats neither the address nor control characters of what the server says', async () => {
  const detail = `no \u001b[2J share ${TOKEN}\nhere`;
  const { share } = await grantServer(() => ({ status: 404, body: { code: 'not-found', detail } }));
  await expect(downloadToMemory(fromShare(share), { maxBytes: 10 })).rejects.toThrow(
    /^the share gives no download: no  \[2J share \.\.\. here$/,
  );
});
