import { getDefaultAutoSelectFamilyAttemptTimeout, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { proxyFor, type NamedProxy } from '@ossgrant/credentials-core/internal';
import { Agent, buildConnector, Client, getGlobalDispatcher, ProxyAgent, type Dispatcher } from 'undici';
import { DownloadError } from '../download-error.ts';
import { onread, type Connection } from './direct-connection.ts';
import { outliveEndsOfConnections } from './paused-responses.ts';
import { reusingConnector } from './receive-buffer.ts';

export { paused } from './paused-responses.ts';
export { distrustReuse } from './receive-buffer.ts';

// undici puts a plain agent there, as does Node's own fetch. Any other was chosen by the application.
const initial = getGlobalDispatcher();
const own = new Map<string, Dispatcher>();

outliveEndsOfConnections();

/** What an agent depends on. */
export interface DispatcherOptions {
  /** Time for a connection, its TLS and its proxy, each, in milliseconds; 0 for no limit. */
  readonly connectMs: number;
  /** Whether a checksum would show wrong bytes: only then memory is used again for receiving. */
  readonly mayReuse: boolean;
}

/**
 * The dispatcher of requests: undici's global dispatcher if the application has set one, else an agent for the proxy that the
 * environment names, or for none. Downloads share agents, so that they share connections.
 *
 * @param before what the application had chosen when this package was loaded, if undici was loaded by then
 * @throws DownloadError `PROXY` for a proxy that cannot be used
 */
export function dispatcherFor(origin: string, options: DispatcherOptions, before: unknown): Dispatcher {
  const now = getGlobalDispatcher();
  if (!isPlain(now, before)) return now;
  const proxy = proxyFor(origin, process.env);
  const key = JSON.stringify([options.connectMs, options.mayReuse, proxy?.url]);
  let dispatcher = own.get(key);
  if (dispatcher === undefined) {
    dispatcher = proxy === undefined ? direct(options) : through(proxy, options);
    own.set(key, dispatcher);
  }
  return dispatcher;
}

/** Whether the application has chosen a dispatcher. @param before as for `dispatcherFor` */
export const hasChosen = (before: unknown): boolean => !isPlain(getGlobalDispatcher(), before);

function isPlain(now: Dispatcher, before: unknown): boolean {
  return now.constructor.name === 'Agent' && (now === before || (before === undefined && now === initial));
}

function direct({ connectMs, mayReuse }: DispatcherOptions): Dispatcher {
  const connect = connectOptions(connectMs);
  return new Agent({ connect: mayReuse ? reusingConnector(connect) : connect });
}

function through({ variable, url }: NamedProxy, { connectMs }: DispatcherOptions): Dispatcher {
  // Not the value: it may hold a password.
  if (/^socks/i.test(url)) {
    throw refused(
      `${variable} names a SOCKS proxy, which is not supported: name an HTTP proxy, or add the host to NO_PROXY`,
    );
  }
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw refused(`${variable} is not the URL of a proxy, such as http://proxy.example.com:3128`);
  }
  const connect = connectOptions(connectMs);
  try {
    // Plain http is forwarded: proxies rarely allow tunnels to port 80.
    return new ProxyAgent({ uri: url, proxyTunnel: false, proxyTls: connect, requestTls: connect });
  } catch {
    // The original error repeats the address.
    throw refused(`${variable} is not the URL of a proxy: its user name or password may need percent-encoding`);
  }
}

function refused(message: string): DownloadError {
  return new DownloadError(message, { code: 'PROXY', retryable: false });
}

// Node gives each address of a host this long before it tries the next, however long a connection takes: on a slow line it would
// never connect.
const SHARE = 4;
const LONGEST_ATTEMPT_MS = 2500;

/** How connections are made. @param connectMs 0 for no limit */
export function connectOptions(connectMs: number): buildConnector.BuildOptions {
  const share = connectMs === 0 ? LONGEST_ATTEMPT_MS : Math.min(connectMs / SHARE, LONGEST_ATTEMPT_MS);
  const attemptMs = Math.max(getDefaultAutoSelectFamilyAttemptTimeout(), Math.round(share));
  return { timeout: connectMs, autoSelectFamilyAttemptTimeout: attemptMs };
}

const connectors = new Map<number, buildConnector.connector>();

/** What makes direct connections: one for each limit, as it keeps the sessions of TLS. */
export function connectorFor(connectMs: number): buildConnector.connector {
  let connector = connectors.get(connectMs);
  if (connector === undefined) {
    connector = buildConnector({ ...connectOptions(connectMs), onread });
    connectors.set(connectMs, connector);
  }
  return connector;
}

/**
 * Lets undici read the response of a request that has been sent: the dispatcher sends nothing. It takes what has been received, and
 * closes the connection at the end. The connection must be held back until then.
 */
export function handOver(origin: string, connection: Connection, received: Uint8Array): Dispatcher {
  let first: Uint8Array | undefined = Buffer.from(received);
  const stream = new Duplex({
    read: () => void (first ?? connection.resume()),
    // undici takes no response before it has written its request.
    write(_chunk, _encoding, done): void {
      queueMicrotask(() => {
        if (first !== undefined) stream.push(first);
        first = undefined;
        connection.resume();
      });
      done();
    },
    destroy(error, done): void {
      connection.destroy();
      done(error);
    },
  });
  connection.receive({
    // undici keeps pieces of headers.
    room: () => Buffer.allocUnsafeSlow(1 << 16),
    received: (length, room) => stream.push(room.subarray(0, length)),
    lost: (error) => (error === undefined ? stream.push(null) : stream.destroy(error)),
  });
  return new Client(origin, {
    connect(_target, callback): void {
      // It expects no answer before this has returned, and connects anew for a request that was aborted: an error of another kind
      // than its own ends that.
      queueMicrotask(() => {
        if (stream.destroyed) callback(Object.assign(new Error('it is closed'), { code: 'ECONNABORTED' }), null);
        else callback(null, stream as Socket);
      });
    },
  });
}
