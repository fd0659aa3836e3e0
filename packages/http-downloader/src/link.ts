import { redactText } from '@ossgrant/signer-core';
import { readHeaderText } from './header-value.ts';
import type { PreparedRequest } from './request-source.ts';
import type { TransportResponse } from './transport/transport.ts';

/** A URL as it goes out, split without any parsing that could change it. */
export interface Link {
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
}

// Parameters that name an object, or make other bytes of it. All others stay out of checkpoints and events: any may be a secret, under
// whatever name a proxy or another cloud gives it.
const NAMING = new Set(['versionId', 'x-oss-process']);

/**
 * Splits a link. Chat programs show links decoded: text outside ASCII is encoded again, which changes nothing that was signed.
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

/** Names the object of a link, without anything that could be a secret. */
export function linkIdentity({ origin, path }: Link): string {
  const [pathname = '', query = ''] = path.split(/\?(.*)/s);
  const kept = query.split('&').filter((pair) => NAMING.has(pair.split('=')[0] ?? ''));
  // A damaged link may have its query, escaped, in the path.
  const [name = ''] = pathname.split(/%3f/i, 1);
  return redactText(`url:${origin}${name}${kept.length === 0 ? '' : `?${kept.sort().join('&')}`}`);
}

/** Redirects that are followed in a row: a loop ends there. */
export const MAX_REDIRECTS = 5;

const STATUSES = new Set([301, 302, 303, 307, 308]);
const PERMISSION_REDIRECT = /^(authorization|cookie|x-oss-.*)$/i;

/**
 * The request that a response redirects to. Undefined when it does not redirect, or must not be followed: a signature in headers is
 * for one host and path, and an https link does not lead to plain http.
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

// A complete address stays as it is: a parser might change a signed path.
function resolve(location: string, { origin, path }: Link): Link | undefined {
  const [text = ''] = readHeaderText(location).split('#', 1);
  try {
    return splitLink(/^https?:/i.test(text) ? text : new URL(text, origin + path).href);
  } catch {
    return undefined;
  }
}
