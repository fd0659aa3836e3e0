import { connect } from 'node:net';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { downloadToMemory, fromUrl, openDownload } from '../src/index.ts';
import { AT_ONCE } from './at-once.ts';
import { serveObject } from './object-server.ts';
import { rawServer } from './raw-server.ts';
import { serveTls } from './tls-server.ts';

const BYTES = Buffer.alloc(100_000, 'bytes ');
const NONE = { retry: { ...AT_ONCE, maxFailures: 0 } };
const get = async (url: string) => downloadToMemory(fromUrl(url), { maxBytes: 1 << 20, ...NONE });

afterEach(() => vi.unstubAllEnvs());

describe('connecting', () => {
  it('has a time limit of its own, TLS included', async () => {
    const port = await rawServer(() => {});
    const failure = openDownload(fromUrl(`https://127.0.0.1:${port}/a`), { ...NONE, timeouts: { connectMs: 50 } });
    await expect(failure).rejects.toMatchObject({
      code: 'NETWORK',
      retryable: true,
      cause: { code: 'UND_ERR_CONNECT_TIMEOUT' },
    });
  });

  it('is left to the dispatcher that the application has set', async () => {
    const before = getGlobalDispatcher();
    onTestFinished(() => setGlobalDispatcher(before));
    setGlobalDispatcher(new Agent({ connect: { rejectUnauthorized: false } }));
    const { url } = await serveTls((_, response) => response.end(BYTES));
    expect((await get(url)).bytes).toBe(BYTES.length);
  });
});

describe('a proxy', () => {
  /** Connects to what it is asked for, and keeps a list of that. */
  async function startProxy(): Promise<{ readonly url: string; readonly asked: string[] }> {
    const asked: string[] = [];
    const port = await rawServer((socket) => {
      socket.once('data', (head) => {
        const [, host = '', toPort = ''] = /^CONNECT ([^:]+):(\d+) /.exec(String(head)) ?? [];
        asked.push(`${host}:${toPort}`);
        const onward = connect(Number(toPort), host, () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          socket.pipe(onward).pipe(socket);
        });
        onward.on('error', () => socket.destroy());
        socket.on('close', () => onward.destroy());
      });
    });
    return { url: `http://127.0.0.1:${port}`, asked };
  }

  it.each(['HTTP_PROXY', 'http_proxy'])(
    'of %s is asked for a tunnel, which carries the request as signed',
    async (name) => {
      const proxy = await startProxy();
      vi.stubEnv(name, proxy.url);
      const { url } = await serveObject(BYTES);
      expect(await get(url)).toMatchObject({ bytes: BYTES.length, verified: 'crc64' });
      expect(proxy.asked).toEqual([new URL(url).host]);
    },
  );

  it('of HTTPS_PROXY carries https, whose certificate is the server’s business', async () => {
    const proxy = await startProxy();
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    const { url } = await serveTls((_, response) => response.end(BYTES));
    await expect(get(url)).rejects.toMatchObject({ code: 'TLS' });
    expect(proxy.asked).toEqual([new URL(url).host]);
  });

  it('is not used for hosts of NO_PROXY', async () => {
    const proxy = await startProxy();
    vi.stubEnv('HTTP_PROXY', proxy.url);
    vi.stubEnv('NO_PROXY', 'example.com,127.0.0.1');
    const { url } = await serveObject(BYTES);
    expect(await get(url)).toMatchObject({ bytes: BYTES.length });
    expect(proxy.asked).toEqual([]);
  });

  it('that cannot be reached is a failure of the network, and its password is not told', async () => {
    vi.stubEnv('HTTP_PROXY', 'http://user:hidden-password@127.0.0.1:1');
    const { url } = await serveObject(BYTES);
    const error: unknown = await get(url).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'NETWORK' });
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('hidden-password');
  });
});
