import { connect, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { downloadToMemory } from '../../src/download-to-memory.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { AT_ONCE, rawServer, serveObject, serveTls } from '../kit.ts';

const BYTES = Buffer.alloc(100_000, 'bytes ');
const get = async (url: string, maxFailures = 0) =>
  downloadToMemory(fromUrl(url), { maxBytes: 1 << 20, retry: { ...AT_ONCE, maxFailures } });
const named = (url: string, host: string): string => url.replace('127.0.0.1', host);

interface Proxy {
  readonly url: string;
  /** First lines of the requests. */
  readonly asked: string[];
}

/** Keeps a list of its requests. Every name is this machine's. @param refusal its response instead of the object */
async function startProxy(refusal?: string): Promise<Proxy> {
  const asked: string[] = [];
  const port = await rawServer((socket) => {
    socket.once('data', (head) => {
      const [line = ''] = String(head).split('\r\n');
      asked.push(line);
      if (refusal !== undefined) {
        socket.end(`HTTP/1.1 ${refusal}\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      const [, method, host = '', path = ''] = /^(\S+) (?:http:\/\/)?([^/ ]+)(\S*) /.exec(line) ?? [];
      const onward = join(socket, Number(host.split(':')[1]));
      if (method === 'CONNECT') socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      else onward.write(String(head).replace(/^\S+ \S+/, `${method} ${path}`));
    });
  });
  return { url: `http://127.0.0.1:${port}`, asked };
}

function join(socket: Socket, port: number): Socket {
  const onward = connect(port, '127.0.0.1');
  socket.pipe(onward).pipe(socket);
  onward.on('error', () => socket.destroy());
  socket.on('close', () => onward.destroy());
  return onward;
}

describe('a proxy', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])(
    'of %s forwards plain http, without a tunnel, as signed [fault 71]',
    async (name) => {
      const proxy = await startProxy();
      vi.stubEnv(name, proxy.url);
      const url = named((await serveObject(BYTES)).url, 'bucket.example');
      expect(await get(url)).toMatchObject({ bytes: BYTES.length, verified: 'crc64' });
      expect(proxy.asked).toEqual([`GET ${url} HTTP/1.1`]);
    },
  );

  it('of HTTPS_PROXY carries https through a tunnel, and the certificate stays the server’s business', async () => {
    const proxy = await startProxy();
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    const url = named((await serveTls((_, response) => response.end(BYTES))).url, 'bucket.example');
    await expect(get(url)).rejects.toMatchObject({ code: 'TLS' });
    expect(proxy.asked).toEqual([`CONNECT ${new URL(url).host} HTTP/1.1`]);
  });

  it.runIf(process.platform === 'linux')('is not used for hosts and networks of NO_PROXY [fault 72]', async () => {
    const proxy = await startProxy();
    vi.stubEnv('HTTP_PROXY', proxy.url);
    // Another name of this machine, and no loopback address.
    const url = named((await serveObject(BYTES)).url, '0.0.0.0');
    expect(await get(url)).toMatchObject({ bytes: BYTES.length });
    expect(proxy.asked).toHaveLength(1);
    vi.stubEnv('NO_PROXY', 'example.com, 0.0.0.0/8');
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

  it.each(['http://bucket.example/a', 'https://bucket.example/a'])(
    'that asks for a password for %s is asked once: wrong ones may lock an account [fault 70]',
    async (url) => {
      const proxy = await startProxy('407 Proxy Authentication Required');
      for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) vi.stubEnv(name, proxy.url);
      await expect(get(url, 8)).rejects.toMatchObject({ code: 'PROXY', message: expect.stringContaining('HTTP 407') });
      expect(proxy.asked).toHaveLength(1);
    },
  );

  it('that forbids the host is asked once, and the error says so [fault 70]', async () => {
    const proxy = await startProxy('403 Forbidden');
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    await expect(get('https://bucket.example/a', 8)).rejects.toMatchObject({
      code: 'PROXY',
      message: expect.stringContaining('HTTP 403'),
    });
    expect(proxy.asked).toHaveLength(1);
  });

  it('that cannot reach the server is asked again', async () => {
    const proxy = await startProxy('504 Gateway Timeout');
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    await expect(get('https://bucket.example/a', 2)).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('HTTP 504'),
    });
    expect(proxy.asked).toHaveLength(3);
  });

  it.each([
    ['cannot be reached', 'http://user:hidden-password@127.0.0.1:1', 'NETWORK', 'ECONNREFUSED'],
    ['has no address', 'http://user:hidden-password@127.0.0.1:none', 'PROXY', 'HTTP_PROXY is not the URL of a proxy'],
    ['has a password that is not encoded', 'http://user:hidden-password%@h:1', 'PROXY', 'percent-encoding'],
    [
      'speaks SOCKS',
      'socks5://user:hidden-password@h:1',
      'PROXY',
      'HTTP_PROXY names a SOCKS proxy, which is not supported',
    ],
    ['is a name', 'hidden-password:1', 'PROXY', 'such as http://proxy.example.com:3128'],
  ])('that %s is named, and its password is not', async (_, url, code, message) => {
    vi.stubEnv('HTTP_PROXY', url);
    const error: unknown = await get('http://bucket.example/a').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('hidden-password');
  });
});
