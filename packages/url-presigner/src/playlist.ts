import {
  checkArgument,
  defined,
  nestedOptions,
  optional,
  optionsCheck,
  takes,
} from '@ossgrant/credentials-core/internal';
import { SigningError } from '@ossgrant/signer-core';
import { parseLink } from './inspect/read-link.ts';
import { resolveUri, type PlaylistPlace, type UnsignedReason } from './playlist-uri.ts';
import { PresignError } from './presign-error.ts';
import { LINK } from './presign-options.ts';
import type { PresignedUrl, PresignRequest, Presigner } from './presigner.ts';

export type { UnsignedReason } from './playlist-uri.ts';

/** Options of `signPlaylist`. */
export interface PlaylistOptions {
  /** Signs each link. */
  readonly presigner: Pick<Presigner, 'presign'>;
  /** Key of the playlist: its relative URIs start there. */
  readonly key: string;
  /** @default the presigner's bucket */
  readonly bucket?: string;
  /**
   * Beginning of the keys that may be signed: a folder with its slash, or `''` for the whole bucket. Who writes the playlist
   * chooses what is signed, so keep it as narrow as the segments allow.
   *
   * @default the playlist's folder; for a playlist without a folder, the keys that have none
   */
  readonly within?: string;
  /** Options of every link, such as `{ expiresIn: '4h' }`: players fetch segments until the programme ends. */
  readonly link?: Omit<PresignRequest, 'key' | 'bucket' | 'method' | 'query' | 'headTwin'>;
}

/** A URI of a playlist that stayed as it was. */
export interface UnsignedUri {
  /** From 1. */
  readonly line: number;
  /** Why it was not signed. */
  readonly code: UnsignedReason['code'];
  /** Why it was not signed, in English. */
  readonly message: string;
}

/** A playlist whose URIs are links. */
export interface SignedPlaylist {
  /** The playlist, with links for URIs; all other bytes stay as they were. */
  readonly text: string;
  /** When the first of its links ends; absent when none was signed. */
  readonly expiration?: Date;
  /** URIs that were not signed, in the order of their lines. */
  readonly unsigned: readonly UnsignedUri[];
}

const checkPlaylist = optionsCheck<PlaylistOptions>('signPlaylist', {
  presigner: takes.methods('presign'),
  key: takes.text,
  bucket: optional(takes.text),
  within: optional(takes.special('a folder that ends in "/", or empty', isFolder)),
  link: optional(nestedOptions(LINK)),
});

function isFolder(value: unknown): boolean {
  return typeof value === 'string' && (value === '' || value.endsWith('/'));
}

// A day of segments of two seconds has some 5 MB.
const MAX_LENGTH = 16_777_216;
const URI_ATTRIBUTE = /(?<=[:,]URI=")[^"]+(?=")/g;

/**
 * Signs an HLS playlist: every segment, sub-playlist, key and map below `within` becomes a link; everything else stays as it is,
 * byte for byte. Without this a player cannot use a playlist fetched by a link: relative URIs carry no signature.
 *
 * A URI that leads elsewhere, names a sub-resource or cannot be signed does not fail the others: it is in `unsigned`. Parameters
 * that OSS does not read are left out. This does not rewrite the sub-playlists that it links to: serve each through this function.
 *
 * @throws PresignError `NOT_A_PLAYLIST` for a text that does not begin with `#EXTM3U`
 * @throws TypeError or RangeError for invalid options, or a text over 16 MiB
 * @throws the errors of the presigner, for the playlist itself or its credentials
 */
export async function signPlaylist(text: string, options: PlaylistOptions): Promise<SignedPlaylist> {
  checkArgument('signPlaylist', 'text', text, takes.text);
  checkPlaylist(options);
  const lines = linesOf(text);
  const { presigner, key, bucket, within } = options;
  const sign = (object: string): Promise<PresignedUrl> =>
    presigner.presign({ ...options.link, ...defined({ bucket }), key: object } as PresignRequest);
  const place: PlaylistPlace = { key, self: parseLink((await sign(key)).url), ...defined({ within }) };

  const signed = createLinks(place, sign);
  const unsigned: UnsignedUri[] = [];
  for (const [index, line] of lines.entries()) {
    for (const uri of new Set(urisOf(line))) {
      const result = await signed.linkOf(uri);
      // A function, as "$" has a special meaning in a replacement.
      if (typeof result === 'string') lines[index] = replaceUri(lines[index] ?? '', uri, result);
      else unsigned.push({ line: index / 2 + 1, ...result });
    }
  }
  return { text: lines.join(''), ...defined({ expiration: signed.expiration() }), unsigned };
}

// Lines and, at the odd places, their ends.
function linesOf(text: string): string[] {
  if (text.length > MAX_LENGTH) throw new RangeError('signPlaylist: text must be at most 16 MiB long');
  // RFC 8216 forbids the mark, and players refuse it.
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (/^#EXTM3U[ \t]{0,8}(?:\r?\n|$)/.test(plain)) return plain.split(/(\r?\n)/);
  throw new PresignError('NOT_A_PLAYLIST', 'the text is not an HLS playlist: the first line must be #EXTM3U');
}

function urisOf(line: string): readonly string[] {
  if (line.startsWith('#')) return line.match(URI_ATTRIBUTE) ?? [];
  const uri = line.trim();
  return uri === '' ? [] : [uri];
}

function replaceUri(line: string, uri: string, link: string): string {
  if (!line.startsWith('#')) return line.replace(uri, () => link);
  return line.replace(URI_ATTRIBUTE, (found) => (found === uri ? link : found));
}

interface Links {
  readonly linkOf: (uri: string) => Promise<string | UnsignedReason>;
  readonly expiration: () => Date | undefined;
}

// Byte ranges name one file again and again.
function createLinks(place: PlaylistPlace, sign: (key: string) => Promise<PresignedUrl>): Links {
  const known = new Map<string, string | UnsignedReason>();
  let earliest: Date | undefined;

  async function linkTo(uri: string): Promise<string | UnsignedReason> {
    const object = resolveUri(uri, place);
    if (typeof object !== 'string') return object;
    try {
      const { url, expiration } = await sign(object);
      if (earliest === undefined || expiration < earliest) earliest = expiration;
      return url;
    } catch (error) {
      // The playlist itself was signed with the same options, so these are about the key of this line.
      const isOfKey =
        error instanceof SigningError || (error instanceof PresignError && error.code === 'INLINE_MARKUP');
      if (!isOfKey) throw error;
      return { code: 'NOT_SIGNABLE', message: error.message };
    }
  }

  return {
    async linkOf(uri) {
      const result = known.get(uri) ?? (await linkTo(uri));
      known.set(uri, result);
      return result;
    },
    expiration: () => earliest,
  };
}
