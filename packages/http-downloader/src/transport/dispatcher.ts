import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { proxyFor, type NamedProxy } from '@ossgrant/credentials-core/internal';
import { Agent, Client, getGlobalDispatcher, ProxyAgent, type buildConnector, type Dispatcher } from 'undici';
import { DownloadError } from '../download-error.ts';
import { hasChosen } from './chosen-dispatcher.ts';
import { attemptMs } from './connector.ts';
import { outliveEndsOfConnections } from './paused-responses.ts';
import { reusingConnector } from './receive-buffer.ts';

export { paused } from './paused-responses.ts';
export { distrustReuse } from './receive-buffer.ts';

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
 * @throws DownloadError `PROXY` for a proxy that cannot be used
 */
export function dispatcherFor(origin: string, options: DispatcherOptions): Dispatcher {
  if (hasChosen()) return getGlobalDispatcher();
  const proxy = proxyFor(origin, process.env);
  const key = JSON.stringify([options.connectMs, options.mayReuse, proxy?.url]);
  let dispatcher = own.get(key);
  if (dispatcher === undefined) {
    dispatcher = proxy === undefined ? direct(options) : through(proxy, options);
    own.set(key, dispatcher);
  }
  return dispatcher;
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

/** How connections are made. @param connectMs 0 for no limit */
export function connectOptions(connectMs: number): buildConnector.BuildOptions {
  return { timeout: connectMs, autoSelectFamilyAttemptTimeout: attemptMs(connectMs) };
}

/** Lets undici read the response that comes in this stream, to the request that it is given: it sends nothing. */
export function readerOf(origin: string, stream: Duplex): Dispatcher {
  return new Client(origin, {
    connect(_target, callback): void {
      // It expects no answer before this has returned, and connects anew for a request that was aborted: an error of another kind
      // than its own ends that.
      queueMicrotask(() => {
        const closed = Object.assign(new Error('it is closed'), { code: 'ECONNABORTED' });
        if (stream.destroyed) callback(closed, null);
        else callback(null, stream as Socket);
      });
    },
  });
}
