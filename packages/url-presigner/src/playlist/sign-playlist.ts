import type { Presigner, PresignRequest } from '../contracts.ts';
import { parseLink } from '../inspect/parse-link.ts';
import { resolveUri, type PlaylistPlace } from './resolve-uri.ts';

/** Options of `signPlaylist`. */
export interface PlaylistOptions {
  readonly presigner: Presigner;
  /** Key of the playlist: its relative URIs start there. */
  readonly key: string;
  /** @default the presigner's bucket */
  readonly bucket?: string;
  /** What every link gets, such as `{ expiresIn: '4h' }`: players fetch segments until the end of the programme. */
  readonly link?: Omit<PresignRequest, 'key' | 'bucket' | 'query'>;
}

const URI_ATTRIBUTE = /(?<=[:,]URI=")[^"\r\n]+(?=")/g;

/**
 * Signs an HLS playlist: every segment, sub-playlist, key and map of the same bucket becomes a link of its own; all else
 * stays byte for byte. A playlist fetched by link is useless to a player otherwise: its relative URIs are not signed.
 *
 * Sub-playlists that are linked are not rewritten themselves: serve each through this function.
 *
 * @throws whatever the presigner throws for one of them
 */
export async function signPlaylist(text: string, options: PlaylistOptions): Promise<string> {
  const { presigner, key } = options;
  const shared = { ...options.link, ...(options.bucket === undefined ? {} : { bucket: options.bucket }) };
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

// `$` has a meaning in a replacement.
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}
