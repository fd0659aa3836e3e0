import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasProxy, proxiedFetch } from '../../src/connection/proxy.ts';

const SOCKS = 'socks5://user:pass-word@proxy:1080';

async function startProxy(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.url));
    response.end('through the proxy');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe('a proxy of the environment', () => {
  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])('named by %s gets plain http without a tunnel', async (name) => {
    const { url, asked } = await startProxy();
    const send = await proxiedFetch({ [name]: url, NO_PROXY: '10.0.0.0/8' });
    expect(await (await send('http://bucket.example/a?b=c')).text()).toBe('through the proxy');
    expect(asked).toEqual(['http://bucket.example/a?b=c']);
    const { url: direct, asked: here } = await startProxy();
    await (await send(`${direct}/token`)).text();
    expect(here).toEqual(['/token']);
    expect(asked).toHaveLength(1);
  });

  it.each([
    [{ ALL_PROXY: SOCKS }, 'ALL_PROXY names a SOCKS proxy, which is not supported'],
    [{ https_proxy: SOCKS }, 'https_proxy names a SOCKS proxy, which is not supported'],
    [{ HTTPS_PROXY: 'proxy:3128' }, 'HTTPS_PROXY is not a valid proxy URL'],
  ])('that cannot be used is refused: %j', async (env, message) => {
    expect(() => hasProxy(env)).toThrow(message);
    const refusal = await proxiedFetch(env).then(undefined, String);
    expect(refusal).toContain(message);
    expect(refusal).not.toContain('pass-word');
  });

  it('is not refused where another one comes first, or none is used', () => {
    expect(hasProxy({ ALL_PROXY: SOCKS, HTTPS_PROXY: 'http://proxy:3128' })).toBe(true);
    expect(hasProxy({ ALL_PROXY: SOCKS, NO_PROXY: '*' })).toBe(true);
    expect(hasProxy({ HTTPS_PROXY: '' })).toBe(false);
  });

  it('whose password is not percent-encoded is refused when it is needed, without the password', async () => {
    const send = await proxiedFetch({ HTTPS_PROXY: 'http://user:100%pass-word@proxy:3128' });
    const refusal = await send('https://bucket.example/').then(undefined, String);
    expect(refusal).toContain('HTTPS_PROXY is not a valid proxy URL');
    expect(refusal).not.toContain('pass-word');
  });
});
