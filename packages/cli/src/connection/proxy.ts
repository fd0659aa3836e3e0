import { isLoopback } from '@ossgrant/credentials-core/internal';
import { usageError } from '../failure/cli-error.ts';
import type { ProcessContext } from '../verb.ts';

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/**
 * Whether the environment names a proxy.
 *
 * @throws CliError for an invalid proxy URL, which would otherwise only show as a failed connection
 */
export function hasProxy(env: ProcessContext['env']): boolean {
  const given = PROXY_VARIABLES.filter((name) => (env[name] ?? '') !== '');
  // The value may hold a password.
  const wrong = given.find((name) => !isProxyUrl(env[name] ?? ''));
  if (wrong !== undefined) {
    throw usageError(`${wrong} is not a valid proxy URL`, 'for example http://proxy.example.com:3128');
  }
  return given.length > 0;
}

// `proxy:3128` parses as a URL whose scheme is `proxy`.
function isProxyUrl(text: string): boolean {
  return /^(https?|socks5?):\/\//i.test(text) && URL.canParse(text);
}

/**
 * A fetch that uses the proxy of HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Requests to this machine never use it: tokens may go to it
 * over plain http, and must not leave it.
 *
 * @throws CliError for an invalid proxy URL
 */
export async function proxiedFetch(env: ProcessContext['env']): Promise<typeof fetch> {
  if (!hasProxy(env)) return fetch;
  const undici = await import('undici');
  const dispatcher = new undici.EnvHttpProxyAgent();
  // A dispatcher works only with the fetch of the same undici, and Node bundles another one.
  return ((input: string | URL, init?: Parameters<typeof undici.fetch>[1]) =>
    isLoopback(new URL(input).hostname)
      ? undici.fetch(input, init)
      : undici.fetch(input, { ...init, dispatcher })) as typeof fetch;
}
