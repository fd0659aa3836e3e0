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
