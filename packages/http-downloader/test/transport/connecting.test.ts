import { connect } from 'node:net';
import { inspect } from 'node:util';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { downloadToMemory } from '../../src/download-to-memory.ts';
import { openDownload } from '../../src/open-download.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { AT_ONCE, serveObject, rawServer, serveTls } from '../kit.ts';

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
  /** Keeps a list of what it is asked for. Every name is this machine's. */
  async function startProxy(): Promise<{ readonly url: string; readonly asked: string[] }> {
    const asked: string[] = [];
    const port = await rawServer((socket) => {
      socket.once('data', (head) => {
        const [, host = '', toPort = ''] = /^CONNECT ([^:]+):(\d+) /.exec(String(head)) ?? [];
        asked.push(`${host}:${toPort}`);
        const onward = connect(Number(toPort), '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          socket.pipe(onward).pipe(socket);
        });
        onward.on('error', () => socket.destroy());
        socket.on('close', () => onward.destroy());
      });
    });
    return { url: `http://127.0.0.1:${port}`, asked };
  }

  const named = (url: string, host: string): string => url.replace('127.0.0.1', host);

  it.each(['HTTP_PROXY', 'http_proxy'])(
    'of %s is asked for a tunnel, which carries the request as signed',
    async (name) => {
      const proxy = await startProxy();
      vi.stubEnv(name, proxy.url);
      const url = named((await serveObject(BYTES)).url, 'bucket.example');
      expect(await get(url)).toMatchObject({ bytes: BYTES.length, verified: 'crc64' });
      expect(proxy.asked).toEqual([new URL(url).host]);
    },
  );

  it('of HTTPS_PROXY carries https, whose certificate is the server’s business', async () => {
    const proxy = await startProxy();
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    const url = named((await serveTls((_, response) => response.end(BYTES))).url, 'bucket.example');
    await expect(get(url)).rejects.toMatchObject({ code: 'TLS' });
    expect(proxy.asked).toEqual([new URL(url).host]);
  });

  it.runIf(process.platform === 'linux')('is not used for hosts of NO_PROXY', async () => {
    const proxy = await startProxy();
    vi.stubEnv('HTTP_PROXY', proxy.url);
    // Another name of this machine, and no loopback address.
    const url = named((await serveObject(BYTES)).url, '0.0.0.0');
    expect(await get(url)).toMatchObject({ bytes: BYTES.length });
    expect(proxy.asked).toHaveLength(1);
    vi.stubEnv('NO_PROXY', 'example.com,0.0.0.0');
    expect(await get(url)).toMatchObject({ bytes: BYTES.length });
    expect(proxy.asked).toHaveLength(1);
  });

  it.each(['127.0.0.1', 'localhost'])(
    'never gets a request to %s, which may hold a token in plain http',
    async (host) => {
      const proxy = await startProxy();
      vi.stubEnv('HTTP_PROXY', proxy.url);
      expect(await get(named((await serveObject(BYTES)).url, host))).toMatchObject({ bytes: BYTES.length });
      expect(proxy.asked).toEqual([]);
    },
  );

  it.each([
    ['cannot be reached', '127.0.0.1:1'],
    ['has no address', '127.0.0.1:none'],
  ])('that %s is a failure of the network, and its password is not told', async (_, host) => {
    vi.stubEnv('HTTP_PROXY', `http://user:hidden-password@${host}`);
    const error: unknown = await get('http://bucket.example/a').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'NETWORK' });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('hidden-password');
  });
});
