import { EnvHttpProxyAgent, getGlobalDispatcher, type Dispatcher } from 'undici';

// undici puts a plain agent there, as does Node's own fetch. Any other was chosen by the application.
const initial = getGlobalDispatcher();
const unchosen = initial.constructor.name === 'Agent' ? initial : undefined;
const PROXY_VARIABLES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];
const own = new Map<string, Dispatcher>();

/**
 * What requests go through: undici's global dispatcher if the application has set one, else an agent that takes the proxies of
 * `HTTP_PROXY` and `HTTPS_PROXY`, except for the hosts of `NO_PROXY`. Downloads share it, so that they share connections.
 *
 * @param connectMs time for a connection, its TLS and its proxy, each; 0 for no limit
 */
export function dispatcherFor(connectMs: number): Dispatcher {
  const chosen = getGlobalDispatcher();
  if (chosen !== unchosen) return chosen;
  const key = JSON.stringify([connectMs, ...PROXY_VARIABLES.map((name) => process.env[name])]);
  let dispatcher = own.get(key);
  if (dispatcher === undefined) {
    const timeout = { timeout: connectMs };
    dispatcher = new EnvHttpProxyAgent({ connect: timeout, proxyTls: timeout, requestTls: timeout });
    own.set(key, dispatcher);
  }
  return dispatcher;
}
