import type { PreparedRequest } from './request-source.ts';
import type { TransportResponse } from './transport/transport.ts';

/** A URL as it goes out, split without any parsing that could change it. */
export interface Link {
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
}

// Parameters of the permission rather than of the object; `amp;` is left of links that were copied out of a page's source.
const PERMISSION =
  /^(?:amp;)*(OSSAccessKeyId|Expires|Signature|security-token|x-oss-(signature.*|credential|date|expires|additional-headers|security-token))$/;

/**
 * Splits a link. Chat programs like to show links decoded: text outside ASCII is encoded again, which changes nothing that was
 * signed.
 *
 * @throws TypeError for anything but an http(s) URL
 */
export function splitLink(url: string): Link {
  const text = url
    .trim()
    .replace(/[^\x20-\x7e]+/gu, (run) => (/\p{Surrogate}/u.test(run) ? ' ' : encodeURIComponent(run)));
  const match = /^(https?:\/\/[^/?#\s@]+)(\/[^#\s]*)?$/i.exec(text);
  if (match === null || !URL.canParse(text)) {
    throw new TypeError('the link must be a complete http(s) URL, without a fragment');
  }
  const [, origin = '', path = '/'] = match;
  return { origin, path };
}

/** Names the object that a link is for, without anything of the permission. */
export function linkIdentity({ origin, path }: Link): string {
  const [pathname = '', query = ''] = path.split(/\?(.*)/s);
  const kept = query.split('&').filter((pair) => pair !== '' && !PERMISSION.test(pair.split('=')[0] ?? ''));
  return `url:${origin}${pathname}${kept.length === 0 ? '' : `?${kept.sort().join('&')}`}`;
}

/** How many in a row: a loop is cut there. */
export const MAX_REDIRECTS = 5;

const STATUSES = new Set([301, 302, 303, 307, 308]);
const PERMISSION_REDIRECT = /^(authorization|cookie|x-oss-.*)$/i;

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
  const kept = Object.entries(request.headers).filter(([name]) => isSameOrigin || !PERMISSION_REDIRECT.test(name));
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
