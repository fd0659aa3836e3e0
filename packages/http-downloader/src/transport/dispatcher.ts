import { isLoopback } from '@ossgrant/credentials-core/internal';
import { Agent, EnvHttpProxyAgent, getGlobalDispatcher, type Dispatcher } from 'undici';
import { reusingConnector } from './receive-buffer.ts';

// undici puts a plain agent there, as does Node's own fetch. Any other was chosen by the application.
const initial = getGlobalDispatcher();
const unchosen = initial.constructor.name === 'Agent' ? initial : undefined;
const PROXY_VARIABLES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];
const own = new Map<string, Dispatcher>();

/**
 * What requests go through: undici's global dispatcher if the application has set one, else an agent that takes the proxies of
 * `HTTP_PROXY` and `HTTPS_PROXY`, except for the hosts of `NO_PROXY` and for this machine: to it, tokens go by plain http, too, and
 * must not leave it. Downloads share agents, so that they share connections.
 *
 * @param connectMs time for a connection, its TLS and its proxy, each; 0 for no limit
 */
export function dispatcherFor(origin: string, connectMs: number): Dispatcher {
  const chosen = getGlobalDispatcher();
  if (chosen !== unchosen) return chosen;
  const proxies = isLoopback(new URL(origin).hostname) ? [] : PROXY_VARIABLES.map((name) => process.env[name] ?? '');
  const key = JSON.stringify([connectMs, ...proxies]);
  let dispatcher = own.get(key);
  if (dispatcher === undefined) {
    const timeout = { timeout: connectMs };
    const connect = reusingConnector(timeout);
    dispatcher =
      proxies.length === 0 ? new Agent({ connect }) : withProxies({ connect, proxyTls: timeout, requestTls: timeout });
    own.set(key, dispatcher);
  }
  return dispatcher;
}

function withProxies(options: EnvHttpProxyAgent.Options): Dispatcher {
  try {
    return new EnvHttpProxyAgent(options);
  } catch {
    // What was thrown repeats the address, which may hold a password.
    throw new Error('HTTP_PROXY or HTTPS_PROXY is no URL');
  }
}
