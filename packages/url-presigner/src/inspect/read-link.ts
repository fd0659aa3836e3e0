import { defined } from '@ossgrant/credentials-core/internal';
import { readOssHost } from '@ossgrant/signer-core/steps';

/** One query parameter, as written and as a server reads it. */
export interface LinkParameter {
  readonly name: string;
  /** `null`: a bare name. `+` is read as a space, as in forms. */
  readonly value: string | null;
  readonly rawValue: string;
}

/** A URL taken apart without changing anything: URL parsers collapse dot segments, and with them the key. */
export interface ParsedLink {
  readonly secure: boolean;
  /** Lower case, with the port where there is one, without a user and password. */
  readonly host: string;
  readonly hostname: string;
  readonly rawPath: string;
  /** Decoded once, without the leading slash. `+` is a space, as OSS reads it everywhere. */
  readonly path: string;
  readonly rawQuery: string;
  readonly parameters: readonly LinkParameter[];
  /** What follows `#`, which no client sends. */
  readonly fragment?: string;
}

/** Longest text that is read as a link, in UTF-16 units. OSS refuses URLs that are far shorter. */
export const MAX_LINK_LENGTH = 32_768;

/**
 * Takes a URL apart.
 *
 * @throws TypeError when the text is not an http or https URL; the message does not repeat it
 * @throws RangeError when it is longer than 32,768 characters
 */
export function parseLink(text: string): ParsedLink {
  if (text.length > MAX_LINK_LENGTH) {
    throw new RangeError(`the URL is longer than ${MAX_LINK_LENGTH} characters: OSS has no such links`);
  }
  const [, scheme, authority = '', rawPath = '', rawQuery = '', fragment] =
    /^(https?):\/\/([^/?#\s]+)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(text) ?? [];
  if (scheme === undefined) throw new TypeError('not an http or https URL');
  const host = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  return {
    secure: scheme.toLowerCase() === 'https',
    host,
    hostname: host.replace(/:\d{0,5}$/, ''),
    rawPath,
    path: decodePath(rawPath).replace(/^\//, ''),
    rawQuery,
    parameters: rawQuery
      .split('&')
      .filter((piece) => piece !== '')
      .map(readParameter),
    ...defined({ fragment }),
  };
}

const AROUND = /[\s"'<>`]/;

/** Takes off what stands around a link where people copy it: blanks, quotes and angle brackets. */
export function trimLink(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && AROUND.test(text.charAt(start))) start += 1;
  while (end > start && AROUND.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** Percent-decodes once; text that cannot be decoded stays as it is. */
export function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Decodes the path of a URL as OSS does. */
export function decodePath(rawPath: string): string {
  return decodeOnce(rawPath.replaceAll('+', ' '));
}

/** Value of the first parameter of that name: what a server reads. */
export function parameterOf(link: ParsedLink, name: string): string | undefined {
  const found = link.parameters.find((parameter) => parameter.name === name);
  return found === undefined ? undefined : (found.value ?? '');
}

function readParameter(piece: string): LinkParameter {
  const equals = piece.indexOf('=');
  const decode = (text: string): string => decodeOnce(text.replaceAll('+', ' '));
  if (equals === -1) return { name: decode(piece), value: null, rawValue: '' };
  const rawValue = piece.slice(equals + 1);
  return { name: decode(piece.slice(0, equals)), value: decode(rawValue), rawValue };
}

/** Kind of host that a link points to. */
export type HostKind =
  | 'public'
  | 'internal'
  | 'accelerate'
  | 'dual-stack'
  | 'cloud-box'
  | 'custom-domain'
  | 'ip-address'
  | 'local';

/** Facts in a host name. */
export interface HostReading {
  readonly kind: HostKind;
  /** Absent when the host does not name it. */
  readonly bucket?: string;
  /** Absent when the host serves every region, or names none. */
  readonly region?: string;
  /** Whether the bucket stands first in the path. */
  readonly pathStyle: boolean;
}

/** Reads bucket, region and kind from a host name in lower case, without a port. */
export function readHost(hostname: string): HostReading {
  if (/^(?:\d+\.\d+\.\d+\.\d+|\[.*\])$/.test(hostname)) return { kind: 'ip-address', pathStyle: true };
  if (hostname === 'localhost') return { kind: 'local', pathStyle: true };
  if (hostname.endsWith('.localhost')) return reading('local', hostname.slice(0, hostname.indexOf('.')), undefined);
  const host = readOssHost(hostname);
  return host === undefined
    ? { kind: 'custom-domain', pathStyle: false }
    : reading(host.kind, host.bucket, host.region);
}

function reading(kind: HostKind, bucket: string | undefined, region: string | undefined): HostReading {
  return { kind, pathStyle: bucket === undefined, ...defined({ bucket, region }) };
}

/** The object that a server reads from a link. */
export interface LinkObject {
  readonly bucket?: string;
  readonly key?: string;
}

/**
 * Finds bucket and key.
 *
 * @param ownBucket bucket of a custom domain, whose links do not name it
 */
export function objectOf(link: ParsedLink, ownBucket?: string): LinkObject {
  const host = readHost(link.hostname);
  if (!host.pathStyle) return named(host.bucket ?? ownBucket, link.path);
  const slash = link.path.indexOf('/');
  return slash === -1 ? named(link.path, '') : named(link.path.slice(0, slash), link.path.slice(slash + 1));
}

function named(bucket: string | undefined, key: string): LinkObject {
  return defined({ bucket: bucket === '' ? undefined : bucket, key: key === '' ? undefined : key });
}
