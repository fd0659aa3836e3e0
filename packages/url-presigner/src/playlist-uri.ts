import { isSubResourceV1 } from '@ossgrant/signer-core/steps';
import { LINK_SIGNATURE_PARAMETERS } from './inspect/claim.ts';
import { objectOf, parseLink, readHost, type ParsedLink } from './inspect/read-link.ts';

/** Location of a playlist. */
export interface PlaylistPlace {
  readonly key: string;
  /** Its own link. */
  readonly self: ParsedLink;
  /** Beginning of the keys that may be signed. */
  readonly within?: string;
}

/** Why a URI stayed as it was. */
export interface UnsignedReason {
  /**
   * - `OTHER_PLACE`: another host or bucket, `data:`, `skd:` and the like.
   * - `OUTSIDE`: an object of the bucket that is not below `within`.
   * - `SUB_RESOURCE`: a parameter that OSS reads, such as `?acl`, or a signature.
   * - `NOT_SIGNABLE`: the URI cannot be read, or OSS has no such key.
   */
  readonly code: 'OTHER_PLACE' | 'OUTSIDE' | 'SUB_RESOURCE' | 'NOT_SIGNABLE';
  /** Why it was not signed, in English. */
  readonly message: string;
}

const MAX_URI = 8192;
const OTHER_PLACE: UnsignedReason = {
  code: 'OTHER_PLACE',
  message: "the URI does not lead to the playlist's bucket",
};
const UNREADABLE: UnsignedReason = { code: 'NOT_SIGNABLE', message: 'the URI cannot be read' };

/** Finds the key of the object that a URI in a playlist names, or why it must not be signed. */
export function resolveUri(uri: string, place: PlaylistPlace): string | UnsignedReason {
  if (uri.length > MAX_URI) return UNREADABLE;
  const found = locate(uri, place);
  if ('code' in found) return found;
  const { key, parameters } = found;
  const parameter = parameters.find(({ name }) => isSubResourceV1(name) || LINK_SIGNATURE_PARAMETERS.has(name));
  if (parameter !== undefined) {
    return {
      code: 'SUB_RESOURCE',
      message:
        'the URI has a parameter that OSS reads, and a playlist must not choose those: set it in the options of links',
    };
  }
  return isWithin(key, place) ? key : outside(place);
}

interface Located {
  readonly key: string;
  readonly parameters: ParsedLink['parameters'];
}

function locate(uri: string, { key, self }: PlaylistPlace): Located | UnsignedReason {
  const isAbsolute = /^(?:https?:)?\/\//i.test(uri);
  if (!isAbsolute && /^[a-z][a-z0-9+.-]{0,30}:/i.test(uri)) return OTHER_PLACE;
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  const { link, base } = isAbsolute
    ? { link: readUri(uri.startsWith('//') ? `https:${uri}` : uri), base: '' }
    : { link: readUri(`https://${self.host}/${uri.startsWith('/') ? uri.slice(1) : uri}`), base: folder };
  if (link === undefined) return UNREADABLE;
  // A leading slash means the host's root, where a path-style link has the bucket first.
  if (!isAbsolute && !uri.startsWith('/')) return { key: withoutDots(base + link.path), parameters: link.parameters };
  const [own, other] = [objectOf(self), objectOf(link)];
  const sameHost = link.host === self.host;
  // Names of buckets are unique in OSS alone: elsewhere a bucket of that name is another one.
  const sameBucket =
    own.bucket !== undefined && other.bucket === own.bucket && (sameHost || (isOfOss(self) && isOfOss(link)));
  if (other.key === undefined || !(sameBucket || (sameHost && !readHost(self.hostname).pathStyle))) return OTHER_PLACE;
  return { key: withoutDots(other.key), parameters: link.parameters };
}

function isOfOss({ hostname }: ParsedLink): boolean {
  return hostname.endsWith('.aliyuncs.com');
}

function readUri(url: string): ParsedLink | undefined {
  try {
    const link = parseLink(url);
    // What cannot be decoded would be taken as it stands, for the name of another object.
    decodeURIComponent(link.rawPath);
    return link;
  } catch {
    return undefined;
  }
}

// Players remove dot segments, as URL parsers do.
function withoutDots(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  return kept.join('/');
}

function isWithin(key: string, { key: own, within }: PlaylistPlace): boolean {
  const folder = within ?? own.slice(0, own.lastIndexOf('/') + 1);
  // The folder of a playlist at the root would be the whole bucket: that must be said.
  return folder === '' && within === undefined ? !key.includes('/') : key.startsWith(folder) && key !== folder;
}

function outside({ within }: PlaylistPlace): UnsignedReason {
  return {
    code: 'OUTSIDE',
    message: `the object is not below ${within === undefined ? "the playlist's folder" : 'the folder given as within'}: set within if the playlist may sign it`,
  };
}
