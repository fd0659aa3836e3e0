import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { buildConnector } from 'undici';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connect } from '../../src/transport/connector.ts';
import { certificate, rawServer } from '../kit.ts';

const onread = { buffer: Buffer.alloc(1 << 16), callback: () => true };

async function connected(origin: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    connect(origin, { connectMs: 5000, onread }, (error, socket) => {
      if (error === undefined) resolve(socket);
      else reject(error);
    });
  });
}

/** A connection over which the server has sent something. */
async function spoken(origin: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let socket: Socket | undefined;
    const callback = (): boolean => {
      if (socket !== undefined) resolve(socket);
      return true;
    };
    connect(origin, { connectMs: 5000, onread: { ...onread, callback } }, (error, opened) => {
      if (error !== undefined) reject(error);
      socket = opened;
    });
  });
}

async function connectedByUndici(origin: string): Promise<Socket> {
  const { protocol, host, hostname, port } = new URL(origin);
  const connector = buildConnector({ timeout: 5000, onread });
  return new Promise((resolve, reject) => {
    connector({ protocol, host, hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port }, (error, socket) => {
      if (error === null) resolve(socket);
      else reject(error);
    });
  });
}

/** The port of a server of TLS, and the server's ends of its connections. */
async function tlsServer(options: TlsOptions = {}): Promise<{ readonly port: number; readonly ends: TLSSocket[] }> {
  const ends: TLSSocket[] = [];
  const server = createTlsServer({ ...certificate, ...options }, (socket) => {
    ends.push(socket.on('error', () => {}));
    // A client has its session with the first bytes.
    socket.write('x');
  });
  server.on('tlsClientError', () => {}).listen(0);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const end of ends) end.destroy();
    server.close();
  });
  return { port: (server.address() as { readonly port: number }).port, ends };
}

function trustAll(): void {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe('a connector', () => {
  const TROUBLES: readonly (readonly [string, () => Promise<string>])[] = [
    ['refuses', async () => 'https://127.0.0.1:1'],
    ['refuses without TLS', async () => 'http://127.0.0.1:1'],
    ['has no such port', async () => 'http://127.0.0.1:0'],
    ['has an unknown certificate', async () => `https://localhost:${(await tlsServer()).port}`],
    ['speaks HTTP/2 alone', async () => `https://127.0.0.1:${(await tlsServer({ ALPNProtocols: ['h2'] })).port}`],
    [
      'has no TLS',
      async () => `https://127.0.0.1:${await rawServer((socket) => void socket.end('HTTP/1.1 400 No\r\n\r\n'))}`,
    ],
    ['closes at once', async () => `https://127.0.0.1:${await rawServer((socket) => void socket.end())}`],
  ];

  it.each(TROUBLES)('fails as undici’s does: a server that %s', async (_, make) => {
    const origin = await make();
    const [ours, theirs] = await Promise.allSettled([connected(origin), connectedByUndici(origin)]);
    if (ours.status !== 'rejected' || theirs.status !== 'rejected') throw new Error('connected');
    const [{ code, message }, expected] = [ours.reason, theirs.reason] as readonly [
      NodeJS.ErrnoException,
      NodeJS.ErrnoException,
    ];
    expect(code).toBe(expected.code);
    expect(code).toMatch(/^[A-Z_\d]+$/);
    // OpenSSL's begin with a number of the connection.
    const withoutNumber = (text: string): string => text.replace(/^[\dA-F]+:/, '');
    expect(withoutNumber(message)).toBe(withoutNumber(expected.message));
  });

  it('sends a server of TLS its name, and no address', async () => {
    trustAll();
    const { port, ends } = await tlsServer();
    for (const host of ['localhost', '127.0.0.1']) {
      (await spoken(`https://${host}:${port}`)).destroy();
    }
    expect(ends.map((end) => end.servername)).toEqual(['localhost', false]);
  });

  it('offers HTTP/1.1 to a server of TLS', async () => {
    trustAll();
    const { port } = await tlsServer({ ALPNProtocols: ['h2', 'http/1.1'] });
    const socket = (await connected(`https://127.0.0.1:${port}`)) as TLSSocket;
    expect(socket.alpnProtocol).toBe('http/1.1');
    socket.destroy();
  });

  it('resumes the session of TLS with the same server', async () => {
    trustAll();
    const [one, another] = [await tlsServer(), await tlsServer()];
    const reused: boolean[] = [];
    for (const { port } of [one, one, another]) {
      const socket = (await spoken(`https://localhost:${port}`)) as TLSSocket;
      reused.push(socket.isSessionReused());
      // Node reports the session later than the bytes behind it.
      for (let turns = 0; turns < 5; turns += 1) await turn();
      socket.destroy();
    }
    expect(reused).toEqual([false, true, false]);
  });

  it('takes addresses in brackets', async () => {
    const server = createServer((end) => end.end()).listen(0, '::1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { readonly port: number };
    const socket = await connected(`http://[::1]:${port}`);
    expect(socket.remoteAddress).toBe('::1');
    socket.destroy();
  });

  it('closes what it is still connecting when it is given up, and says nothing more', async () => {
    const reported: unknown[] = [];
    const closed = new Promise((resolve) => {
      const open = async (): Promise<void> => {
        const port = await rawServer((end) => {
          end.resume().on('close', resolve);
          stop();
        });
        const stop = connect(`https://127.0.0.1:${port}`, { connectMs: 5000, onread }, (...how) => reported.push(how));
      };
      open().catch(resolve);
    });
    expect(await closed).toBe(false);
    expect(reported).toEqual([]);
  });
});
