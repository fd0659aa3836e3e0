import { isLoopback } from '@ossgrant/signer-core';
import type { Surroundings } from '../context.ts';
import { hasProxy } from './has-proxy.ts';

/**
 * A fetch that goes through the proxy of HTTPS_PROXY, HTTP_PROXY and NO_PROXY, where one is set. This machine is asked directly:
 * to it tokens go by plain http, too, and must not leave it.
 *
 * @throws CliError for a proxy that is no URL
 */
export async function proxiedFetch(env: Surroundings['env']): Promise<typeof fetch> {
  if (!hasProxy(env)) return fetch;
  const undici = await import('undici');
  const dispatcher = new undici.EnvHttpProxyAgent();
  // One undici's dispatcher does not fit another's fetch: Node brings its own.
  return ((input: string | URL, init?: Parameters<typeof undici.fetch>[1]) =>
    isLoopback(new URL(input).hostname)
      ? undici.fetch(input, init)
      : undici.fetch(input, { ...init, dispatcher })) as typeof fetch;
}
