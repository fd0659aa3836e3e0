import type { Claim } from './claim.ts';
import { parameterOf, type ParsedLink, readHost } from './read-link.ts';
import { signatureFaults, type SignatureFault } from './signature-faults.ts';

/** A trait of a link that harms its holder or its owner. */
export interface LinkWarning {
  /** Names the trait, for programs. The names stay; the texts may change. */
  readonly code:
    | SignatureFault['code']
    | 'V1'
    | 'NO_TLS'
    | 'OVER_SEVEN_DAYS'
    | 'HTML_ON_DEFAULT_DOMAIN'
    | 'SLASH_DECODED'
    | 'PLUS_UNESCAPED'
    | 'DOUBLE_ENCODED'
    | 'HTML_ESCAPED'
    | 'CUT_OFF'
    | 'TOKEN_MISSING'
    | 'TOKEN_ENDS_SOONER'
    | 'DUPLICATE_PARAMETER'
    | 'EXPIRED'
    | 'NOT_YET_VALID';
  /** The fault and its remedy, in English. */
  readonly message: string;
}

const SEVEN_DAYS_MS = 604_800_000;
const MAX_SKEW_MS = 900_000;
// Of a security token, however it was issued.
const LONGEST_TOKEN_MS = 43_200_000;

/** Lists the faults and risks that show in the link alone. */
export function linkWarnings(link: ParsedLink, claim: Claim, now: Date): readonly LinkWarning[] {
  const duplicate = duplicateName(link);
  const end = latestEnd(claim, now);
  const checks: readonly (readonly [LinkWarning['code'], boolean, string])[] = [
    ['V1', claim.scheme === 'oss-v1', 'V1 signatures are being retired: sign with V4'],
    ['NO_TLS', !link.secure && !isLocal(link), 'without TLS anyone on the network path can read and use the link'],
    [
      'OVER_SEVEN_DAYS',
      isOverSevenDays(claim, now),
      'the link works for more than seven days: whoever finds it later can use it',
    ],
    [
      'HTML_ON_DEFAULT_DOMAIN',
      isHtmlOnDefaultDomain(link),
      'on its own domains OSS forces the download of pages: use a custom domain',
    ],
    [
      'SLASH_DECODED',
      isSlashDecoded(link),
      'a "%2F" was probably decoded: clients and filters may rewrite the link further',
    ],
    [
      'PLUS_UNESCAPED',
      hasPlainPlus(link),
      'the link contains a plain "+", which OSS reads as a space: write "%2B" for a plus and "%20" for a space',
    ],
    ['DOUBLE_ENCODED', isDoubleEncoded(link), 'the link was percent-encoded twice: it has "%25" instead of "%"'],
    ['HTML_ESCAPED', isHtmlEscaped(link), 'the link has "&amp;" instead of "&", as in the source of a page'],
    ['CUT_OFF', isCutOff(claim) && !isHtmlEscaped(link), 'the signature is missing or too short: the link was cut off'],
    ['TOKEN_MISSING', isTokenMissing(claim), 'the key id is temporary, but the link has no security token'],
    [
      'TOKEN_ENDS_SOONER',
      end !== undefined && claim.end !== undefined && end < claim.end,
      'the link names a later end than its security token can have: no token lives longer than 12 hours',
    ],
    [
      'DUPLICATE_PARAMETER',
      duplicate !== undefined,
      `the link has ${JSON.stringify(duplicate)} twice: servers read the first`,
    ],
    ['EXPIRED', end !== undefined && end <= now, 'the link has expired'],
    ['NOT_YET_VALID', isNotYetValid(claim, now), 'the link is dated in the future'],
  ];
  const found = checks.filter(([, holds]) => holds).map(([code, , message]) => ({ code, message }));
  return [...(isHtmlEscaped(link) ? [] : signatureFaults(link, claim)), ...found];
}

/**
 * The latest instant at which a link can work. With temporary credentials it ends with their token, which was issued before the
 * signature and lives for twelve hours at most.
 */
export function latestEnd(claim: Claim, now: Date): Date | undefined {
  if (claim.end === undefined || isOverSevenDaysV4(claim)) return undefined;
  const end = tokenEnd(claim, now);
  return end !== undefined && end < claim.end ? end : claim.end;
}

// V1 names no signing date: the token was issued before now.
function tokenEnd({ token, start }: Claim, now: Date): Date | undefined {
  return token ? new Date((start ?? now).getTime() + LONGEST_TOKEN_MS) : undefined;
}

function isOverSevenDaysV4({ scheme, start, end }: Claim): boolean {
  if (scheme !== 'oss-v4' || start === undefined || end === undefined) return false;
  const life = end.getTime() - start.getTime();
  return life > SEVEN_DAYS_MS || life <= 0;
}

function duplicateName(link: ParsedLink): string | undefined {
  const seen = new Set<string>();
  for (const { name } of link.parameters) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

/** Whether the signature is missing or too short. */
export function isCutOff(claim: Claim): boolean {
  if (claim.scheme === 'none' || claim.place === 'header') return false;
  if (claim.scheme === 'oss-v4' || claim.scheme === 's3-v4') return !/^[0-9a-f]{64}$/i.test(claim.signature ?? '');
  const length = claim.scheme === 'oss-v2' ? 44 : 28;
  return claim.signature?.length !== length;
}

/** Whether the parameters are separated as in HTML. */
export function isHtmlEscaped(link: ParsedLink): boolean {
  return link.parameters.some(({ name }) => name.startsWith('amp;'));
}

/** Whether a dot segment stands between plain slashes, where HTTP clients remove it. */
export function hasOpenDotSegment(link: ParsedLink): boolean {
  return /(?:^|\/)(?:\.|%2e){1,2}(?=\/|$)/i.test(link.rawPath);
}

// `filename*=UTF-8''%E5%B9%B4` of a Content-Disposition: encoded by itself before it became a parameter (RFC 8187).
const ENCODED_FILE_NAME = /utf-8(?:'|%27){2}(?:(?!%3b)[^;])*/gi;

/** Whether anything in the link is percent-encoded twice. */
export function isDoubleEncoded(link: ParsedLink): boolean {
  const raw = [link.rawPath, ...link.parameters.map(({ rawValue }) => rawValue.replace(ENCODED_FILE_NAME, ''))];
  return raw.some((text) => /%25[0-9a-f]{2}/i.test(text));
}

export function isTokenMissing(claim: Claim): boolean {
  return claim.accessKeyId?.startsWith('STS.') === true && !claim.token;
}

export function isNotYetValid(claim: Claim, now: Date): boolean {
  return claim.start !== undefined && claim.start.getTime() - now.getTime() > MAX_SKEW_MS;
}

function isLocal(link: ParsedLink): boolean {
  return readHost(link.hostname).kind === 'local' || link.hostname.startsWith('127.');
}

function isOverSevenDays(claim: Claim, now: Date): boolean {
  // A V4 link of that length is refused, which is another fault.
  if (claim.end === undefined || claim.scheme === 'oss-v4') return false;
  return claim.end.getTime() - (claim.start ?? now).getTime() > SEVEN_DAYS_MS;
}

function isHtmlOnDefaultDomain(link: ParsedLink): boolean {
  const { kind } = readHost(link.hostname);
  if (kind === 'custom-domain' || kind === 'local' || kind === 'ip-address') return false;
  const type = parameterOf(link, 'response-content-type');
  return type === undefined ? /\.html?$/i.test(link.path) : type.startsWith('text/html');
}

function isSlashDecoded(link: ParsedLink): boolean {
  const credential = link.parameters.find(({ name }) => /^(?:x-oss|x-amz)-credential$/i.test(name));
  return credential?.rawValue.includes('/') === true || hasOpenDotSegment(link);
}

function hasPlainPlus(link: ParsedLink): boolean {
  return link.rawPath.includes('+') || link.parameters.some(({ rawValue }) => rawValue.includes('+'));
}
