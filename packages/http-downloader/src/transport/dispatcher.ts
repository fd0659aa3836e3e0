import { getDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { proxyFor, type NamedProxy } from '@ossgrant/credentials-core/internal';
import { Agent, getGlobalDispatcher, ProxyAgent, type buildConnector, type Dispatcher } from 'undici';
import { DownloadError } from '../download-error.ts';
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

/** Whether requests go through neither a dispatcher of the application nor a proxy. @param before as for `dispatcherFor` */
export function isDirect(origin: string, before: unknown): boolean {
  return isPlain(getGlobalDispatcher(), before) && proxyFor(origin, process.env) === undefined;
}

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
