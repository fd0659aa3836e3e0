import type { PreparedRequest } from './contracts.ts';
import { splitLink, type Link } from './sources/link.ts';
import type { TransportResponse } from './transport/transport.ts';

/** How many in a row: a loop is cut there. */
export const MAX_REDIRECTS = 5;

const STATUSES = new Set([301, 302, 303, 307, 308]);
const PERMISSION = /^(authorization|cookie|x-oss-.*)$/i;

/**
 * The request that an answer redirects to; undefined when it does not, or when that is not to be followed: a signature in
 * headers is for one host and path, and what was asked for by https is not taken by http.
 */
export function redirected(request: PreparedRequest, response: TransportResponse): PreparedRequest | undefined {
  const location = response.header('location');
  if (!STATUSES.has(response.status) || location === undefined) return undefined;
  const names = Object.keys(request.headers);
  if (names.some((name) => name.toLowerCase() === 'authorization')) return undefined;
  const target = resolve(location, request);
  if (target === undefined) return undefined;
  const isSameOrigin = target.origin.toLowerCase() === request.origin.toLowerCase();
  if (/^https:/i.test(request.origin) && !/^https:/i.test(target.origin)) return undefined;
  const kept = Object.entries(request.headers).filter(([name]) => isSameOrigin || !PERMISSION.test(name));
  return { ...request, ...target, headers: Object.fromEntries(kept) };
}

// A complete address is taken as it stands: a parser might write a signed path in another way.
function resolve(location: string, { origin, path }: Link): Link | undefined {
  const text = location.replace(/#.*$/s, '');
  try {
    return splitLink(/^https?:/i.test(text) ? text : new URL(text, origin + path).href);
  } catch {
    return undefined;
  }
}
