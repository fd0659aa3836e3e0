import { isLoopback } from '@ossgrant/credentials-core/internal';
import { usageError } from '../failure/cli-error.ts';
import type { Surroundings } from '../verb.ts';

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/**
 * Whether the environment names a proxy.
 *
 * @throws CliError for one that is no URL, which would only be seen as a connection that never comes about
 */
export function hasProxy(env: Surroundings['env']): boolean {
  const given = PROXY_VARIABLES.filter((name) => (env[name] ?? '') !== '');
  // The value may hold a password.
  const wrong = given.find((name) => !isProxyUrl(env[name] ?? ''));
  if (wrong !== undefined) throw usageError(`${wrong} is no URL`, 'such as http://proxy.example.com:3128');
  return given.length > 0;
}

// Without a scheme, `proxy:3128` would be a URL, too.
function isProxyUrl(text: string): boolean {
  return /^(https?|socks5?):\/\//i.test(text) && URL.canParse(text);
}

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
