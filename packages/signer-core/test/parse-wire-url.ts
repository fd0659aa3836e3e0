/** A URL cut apart by hand: `new URL` would normalise dot segments and hide what is sent. */
export interface WireUrl {
  readonly host: string;
  /** As written, without the query. */
  readonly path: string;
  readonly decodedPath: string;
  /** Decoded; a bare name and an empty value both give `''`. */
  readonly query: Readonly<Record<string, string>>;
}

export function parseWireUrl(url: string): WireUrl {
  const [, host = '', path = '', search = ''] = /^https?:\/\/([^/]+)(\/[^?]*)(?:\?(.*))?$/s.exec(url) ?? [];
  return { host, path, decodedPath: decodeURIComponent(path), query: parseWireQuery(search) };
}

/** @throws Error when a name repeats: no signer here may write it */
export function parseWireQuery(search: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const pair of search === '' ? [] : search.split('&')) {
    const cut = pair.indexOf('=');
    const name = decodeURIComponent(cut === -1 ? pair : pair.slice(0, cut));
    if (Object.hasOwn(query, name)) throw new Error(`parameter ${name} repeats`);
    query[name] = cut === -1 ? '' : decodeURIComponent(pair.slice(cut + 1));
  }
  return query;
}
