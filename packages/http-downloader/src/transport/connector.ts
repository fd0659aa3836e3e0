import type { NetConnectOpts, OnReadOpts, Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

/** How a connection is made. */
export interface ConnectOptions {
  /** Time for it, with the look-up of its name and TLS, in milliseconds; 0 for no limit. */
  readonly connectMs: number;
  /** What takes the bytes that are received. */
  readonly onread: OnReadOpts;
}

/**
 * Connects to an origin as undici does, which takes long to load. What Node trusts is trusted.
 *
 * @param done is called once, unless the connection is given up before
 * @returns gives it up
 */
export function connect(
  origin: string,
  options: ConnectOptions,
  done: (...result: [Error, undefined] | [undefined, Socket]) => void,
): () => void {
  const { connectMs } = options;
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isTls = protocol === 'https:';
  const defaultPort = isTls ? 443 : 80;
  const target = {
    host,
    port: Number(port === '' ? defaultPort : port),
    onread: options.onread,
    autoSelectFamilyAttemptTimeout: attemptMs(connectMs),
  };
  // Loaded with the first connection: most that load this package do not connect at once, and few need both.
  const socket = isTls ? connectTls(origin, target) : process.getBuiltinModule('node:net').connect(target);
  socket.setKeepAlive(true, KEEP_ALIVE_MS).setNoDelay(true);

  let isSettled = false;
  const settle = (...result: Parameters<typeof done>): void => {
    clearTimeout(timer);
    if (isSettled) return;
    isSettled = true;
    done(...result);
  };
  const expire = (): void => void (isSettled || socket.destroy(tooLate(target, connectMs)));
  // Where the thread was busy for so long, what has come since then is seen first.
  const timer = connectMs === 0 ? undefined : setTimeout(() => setImmediate(expire), connectMs);
  socket
    .once(isTls ? 'secureConnect' : 'connect', () => settle(undefined, socket))
    .on('error', (error) => settle(error, undefined))
    // Where it was destroyed without an error.
    .on('close', () => clearTimeout(timer));
  return () => {
    isSettled = true;
    socket.destroy();
  };
}

const KEEP_ALIVE_MS = 60_000;

// The code is undici's: whoever looks for it need not know which of the two has connected.
function tooLate({ host, port }: { readonly host: string; readonly port: number }, connectMs: number): Error {
  const error = new Error(`no connection to ${host}, port ${port}, within ${connectMs} ms`);
  return Object.assign(error, { code: 'UND_ERR_CONNECT_TIMEOUT' });
}

const sessions = new Map<string, Buffer>();
const MOST_SESSIONS = 100;

function connectTls(origin: string, target: NetConnectOpts & { readonly host: string }): Socket {
  const { host } = target;
  const session = sessions.get(origin);
  const options: ConnectionOptions = {
    ...target,
    ALPNProtocols: ['http/1.1'],
    // An address is not a name (https://www.rfc-editor.org/rfc/rfc6066#section-3); a certificate is compared with it all the same.
    ...(process.getBuiltinModule('node:net').isIP(host) === 0 ? { servername: host } : {}),
    ...(session === undefined ? {} : { session }),
  };
  return process
    .getBuiltinModule('node:tls')
    .connect(options)
    .on('session', (next: Buffer) => {
      sessions.delete(origin);
      sessions.set(origin, next);
      const [oldest = ''] = sessions.keys();
      if (sessions.size > MOST_SESSIONS) sessions.delete(oldest);
    });
}

// Node gives each address of a host this long before it tries the next, however long a connection takes: on a slow line it would
// never connect.
const SHARE = 4;
const LONGEST_ATTEMPT_MS = 2500;

/** Time for each address of a host. @param connectMs for all of them; 0 for no limit */
export function attemptMs(connectMs: number): number {
  const share = connectMs === 0 ? LONGEST_ATTEMPT_MS : Math.min(connectMs / SHARE, LONGEST_ATTEMPT_MS);
  const { getDefaultAutoSelectFamilyAttemptTimeout } = process.getBuiltinModule('node:net');
  return Math.max(getDefaultAutoSelectFamilyAttemptTimeout(), Math.round(share));
}
