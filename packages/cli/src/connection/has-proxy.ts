import { usageError } from '../cli-error.ts';
import type { Surroundings } from '../context.ts';

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
