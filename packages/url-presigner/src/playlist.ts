import { defined } from '@ossgrant/credentials-core/internal';
import { objectOf, decodeOnce, parseLink, type ParsedLink, readHost } from './inspect/read-link.ts';
import type { PresignRequest, Presigner } from './presigner.ts';

/** Options of `signPlaylist`. */
export interface PlaylistOptions {
  readonly presigner: Presigner;
  /** Key of the playlist, which its relative URIs start from. */
  readonly key: string;
  /** @default the presigner's bucket */
  readonly bucket?: string;
  /** Options of every link, such as `{ expiresIn: '4h' }`: players fetch segments until the programme ends. */
  readonly link?: Omit<PresignRequest, 'key' | 'bucket' | 'query'>;
}

const URI_ATTRIBUTE = /(?<=[:,]URI=")[^"\r\n]+(?=")/g;

/**
 * Signs an HLS playlist: every segment, sub-playlist, key and map of the same bucket becomes a link; everything else
 * stays as it is, byte for byte. Without this a player cannot use a playlist fetched by a link: relative URIs carry no
 * signature.
 *
 * This does not rewrite the sub-playlists that it links to: serve each through this function.
 *
 * @throws the errors of the presigner
 */
export async function signPlaylist(text: string, options: PlaylistOptions): Promise<string> {
  const { presigner, key } = options;
  const shared = { ...options.link, ...defined({ bucket: options.bucket }) };
  const sign = async (object: Pick<PresignRequest, 'key' | 'query'>): Promise<string> =>
    (await presigner.presign({ ...shared, ...object } as PresignRequest)).url;
  const place: PlaylistPlace = { key, self: parseLink(await sign({ key })) };
  // Byte-range segments name one file again and again.
  const signed = new Map<string, string>();

  async function linkOf(uri: string): Promise<string> {
    const object = signed.has(uri) ? undefined : resolveUri(uri, place);
    if (object !== undefined) signed.set(uri, await sign(object));
    return signed.get(uri) ?? uri;
  }

  const lines = text.split(/(\r?\n)/);
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('#')) lines[index] = await replaceEach(line, linkOf);
    else if (line.trim() !== '') lines[index] = line.replace(line.trim(), await linkOf(line.trim()).then(literal));
  }
  return lines.join('');
}

async function replaceEach(line: string, linkOf: (uri: string) => Promise<string>): Promise<string> {
  const [uri] = line.match(URI_ATTRIBUTE) ?? [];
  return uri === undefined ? line : line.replace(URI_ATTRIBUTE, literal(await linkOf(uri)));
}

// `$` has a special meaning in a replacement.
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** Location of a playlist. */
interface PlaylistPlace {
  readonly key: string;
  /** Its own link. */
  readonly self: ParsedLink;
}

/**
 * Finds the object that a URI in a playlist names.
 *
 * @returns `undefined` for URIs outside the playlist's bucket: other hosts, `data:`, `skd:`
 */
function resolveUri(uri: string, place: PlaylistPlace): Pick<PresignRequest, 'key' | 'query'> | undefined {
  if (/^https?:/i.test(uri) || uri.startsWith('//')) {
    return inBucket(parseLink(uri.startsWith('//') ? `https:${uri}` : uri), place);
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(uri)) return undefined;
  const [, path = '', query] = /^([^?#]*)(?:\?([^#]*))?/.exec(uri) ?? [];
  const folder = place.key.slice(0, place.key.lastIndexOf('/') + 1);
  // A leading slash means the host's root, where a path-style link has the bucket first.
  if (path.startsWith('/')) return inBucket({ ...parseLink(`https://${place.self.host}${uri}`) }, place);
  return signable(withoutDots(folder + decodeOnce(path)), parametersOf(query));
}

function inBucket(link: ParsedLink, { self }: PlaylistPlace): Pick<PresignRequest, 'key' | 'query'> | undefined {
  const [own, other] = [objectOf(self), objectOf(link)];
  const sameBucket = other.bucket !== undefined && other.bucket === own.bucket;
  const sameHost = link.host === self.host && !readHost(self.hostname).pathStyle;
  if (other.key === undefined || !(sameBucket || sameHost)) return undefined;
  return signable(other.key, link.parameters);
}

function signable(
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
