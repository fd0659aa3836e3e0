import type { PresignRequest } from '../contracts.ts';
import { locateObject } from '../inspect/locate-object.ts';
import { decodeOnce, parseLink, type ParsedLink } from '../inspect/parse-link.ts';
import { readHost } from '../inspect/read-host.ts';

/** Where a playlist is. */
export interface PlaylistPlace {
  readonly key: string;
  /** Its own link. */
  readonly self: ParsedLink;
}

/**
 * Finds the object that a URI of a playlist means.
 *
 * @returns `undefined` for what is not in the playlist's bucket: other hosts, `data:`, `skd:`
 */
export function resolveUri(uri: string, place: PlaylistPlace): Pick<PresignRequest, 'key' | 'query'> | undefined {
  if (/^https?:/i.test(uri) || uri.startsWith('//')) {
    return inBucket(parseLink(uri.startsWith('//') ? `https:${uri}` : uri), place);
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(uri)) return undefined;
  const [, path = '', query] = /^([^?#]*)(?:\?([^#]*))?/.exec(uri) ?? [];
  const folder = place.key.slice(0, place.key.lastIndexOf('/') + 1);
  // A leading slash means the host's root, where a path-style link has the bucket first.
  if (path.startsWith('/')) return inBucket({ ...parseLink(`https://${place.self.host}${uri}`) }, place);
  return object(withoutDots(folder + decodeOnce(path)), parametersOf(query));
}

function inBucket(link: ParsedLink, { self }: PlaylistPlace): Pick<PresignRequest, 'key' | 'query'> | undefined {
  const [own, other] = [locateObject(self), locateObject(link)];
  const sameBucket = other.bucket !== undefined && other.bucket === own.bucket;
  const sameHost = link.host === self.host && !readHost(self.hostname).pathStyle;
  if (other.key === undefined || !(sameBucket || sameHost)) return undefined;
  return object(other.key, link.parameters);
}

function object(
  key: string,
  parameters: readonly { readonly name: string; readonly value: string | null }[],
): Pick<PresignRequest, 'key' | 'query'> {
  if (parameters.length === 0) return { key };
  return { key, query: Object.fromEntries(parameters.map(({ name, value }) => [name, value])) };
}

function parametersOf(query: string | undefined): ParsedLink['parameters'] {
  return query === undefined ? [] : parseLink(`https://playlist/?${query}`).parameters;
}

function withoutDots(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  return kept.join('/');
}
