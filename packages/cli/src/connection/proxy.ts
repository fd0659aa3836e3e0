import { proxyFor, type NamedProxy } from '@ossgrant/credentials-core/internal';
import type * as Undici from 'undici';
import { usageError } from '../failure/cli-error.ts';
import type { ProcessContext } from '../verb.ts';

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/**
 * Whether the environment names a proxy.
 *
 * @throws CliError when the one for https cannot be used, which would otherwise only show as a failed connection
 */
export function hasProxy(env: ProcessContext['env']): boolean {
  const proxy = proxyFor('https://host.invalid', env);
  if (proxy !== undefined) assertUsable(proxy);
  return PROXY_VARIABLES.some((name) => (env[name] ?? '') !== '');
}

// Messages leave out the value: it may hold a password.
function assertUsable({ variable, url }: NamedProxy): void {
  if (/^socks/i.test(url)) {
    throw usageError(
      `${variable} names a SOCKS proxy, which is not supported`,
      'name an HTTP proxy, or add the host to NO_PROXY',
    );
  }
  // `proxy:3128` parses as a URL whose scheme is `proxy`.
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) throw invalid(variable);
}

function invalid(variable: string): Error {
  return usageError(`${variable} is not a valid proxy URL`, 'for example http://proxy.example.com:3128');
}

/**
 * A fetch that uses the proxy of HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, as downloads do. Requests to this machine never use
 * it: tokens may go to it over plain http, and must not leave it.
 *
 * @throws CliError for a proxy that cannot be used
 */
export async function proxiedFetch(env: ProcessContext['env']): Promise<typeof fetch> {
  if (!hasProxy(env)) return (await import('./plain-fetch.ts')).plainFetch;
  const undici = await import('undici');
  const direct = new undici.Agent();
  const agents = new Map<string, Undici.Dispatcher>();
  const dispatcherFor = (origin: string): Undici.Dispatcher => {
    const proxy = proxyFor(origin, env);
    if (proxy === undefined) return direct;
    assertUsable(proxy);
    const agent = agents.get(proxy.url) ?? proxyAgent(undici, proxy);
    agents.set(proxy.url, agent);
    return agent;
  };
  // A dispatcher works only with the fetch of the same undici, and Node bundles another one.
  return (async (input: string | URL, init?: Parameters<typeof undici.fetch>[1]) =>
    undici.fetch(input, { ...init, dispatcher: dispatcherFor(new URL(input).origin) })) as unknown as typeof fetch;
}

function proxyAgent(undici: typeof Undici, { variable, url }: NamedProxy): Undici.Dispatcher {
  try {
    // Plain http is forwarded: proxies rarely allow tunnels to port 80.
    return new undici.ProxyAgent({ uri: url, proxyTunnel: false });
  } catch {
    // A user name or password that is not percent-encoded; the original error repeats it.
    throw invalid(variable);
  }
}
