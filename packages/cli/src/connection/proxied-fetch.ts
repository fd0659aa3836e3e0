import { isLoopback } from '@ossgrant/signer-core';
import type { Surroundings } from '../context.ts';

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/**
 * A fetch that goes through the proxy of HTTPS_PROXY, HTTP_PROXY and NO_PROXY, where one is set. This machine is asked directly:
 * to it tokens go by plain http, too, and must not leave it.
 */
export async function proxiedFetch(env: Surroundings['env']): Promise<typeof fetch> {
  if (!PROXY_VARIABLES.some((name) => (env[name] ?? '') !== '')) return fetch;
  const undici = await import('undici');
  const dispatcher = new undici.EnvHttpProxyAgent();
  // One undici's dispatcher does not fit another's fetch: Node brings its own.
  return ((input: string | URL, init?: Parameters<typeof undici.fetch>[1]) =>
    isLoopback(new URL(input).hostname)
      ? undici.fetch(input, init)
      : undici.fetch(input, { ...init, dispatcher })) as typeof fetch;
}
