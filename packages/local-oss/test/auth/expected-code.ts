import type { Scheme } from '../kit.ts';

/** One byte of a signed request, changed. */
export interface Change {
  readonly scheme: Scheme;
  /** Name of the parameter or header. */
  readonly part: string;
  readonly original: string;
  readonly changed: string;
  readonly accessKeyId: string;
  readonly now: Date;
}

// Parts that are looked at before the signature, each with a code of its own.
const CODES: Readonly<Record<string, string>> = {
  'x-oss-security-token': 'InvalidSecurityToken',
  'security-token': 'InvalidSecurityToken',
  OSSAccessKeyId: 'InvalidAccessKeyId',
  'x-oss-signature-version': 'InvalidArgument',
  'x-oss-additional-headers': 'InvalidArgument',
  'x-oss-content-sha256': 'InvalidArgument',
};
const MISMATCH = 'SignatureDoesNotMatch';
const SKEW_MS = 900_000;

/** The one code of the refusal of a changed byte. */
export function expectedCode(change: Change): string {
  switch (change.part) {
    case 'x-oss-date':
      return dateCode(change);
    case 'Expires':
      return Number(change.changed) * 1000 <= change.now.getTime() ? 'AccessDenied' : MISMATCH;
    case 'x-oss-credential':
      return inKeyId(change) ? 'InvalidAccessKeyId' : 'InvalidArgument';
    case 'authorization':
      return authorizationCode(change);
    default:
      return CODES[change.part] ?? MISMATCH;
  }
}

function dateCode({ scheme, changed, now }: Change): string {
  const time = scheme === 'v1-header' ? httpDate(changed) : isoBasic(changed);
  if (time === undefined) return scheme === 'v4-url' ? 'InvalidArgument' : 'AccessDenied';
  if (Math.abs(time - now.getTime()) <= SKEW_MS) return MISMATCH;
  return scheme === 'v4-url' ? 'AccessDenied' : 'RequestTimeTooSkewed';
}

// Its fields are read before it is compared; only the signature itself is left to differ.
function authorizationCode(change: Change): string {
  const { original, changed } = change;
  if (inKeyId(change)) return 'InvalidAccessKeyId';
  const signature = original.search(/[^=:]+=?$/);
  return placeOf(original, changed) >= signature ? MISMATCH : 'InvalidArgument';
}

function inKeyId({ original, changed, accessKeyId }: Change): boolean {
  const start = original.indexOf(accessKeyId);
  const place = placeOf(original, changed);
  return place >= start && place < start + accessKeyId.length;
}

function placeOf(original: string, changed: string): number {
  return original.split('').findIndex((char, index) => char !== changed[index]);
}

function isoBasic(text: string): number | undefined {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const time = Date.parse(iso);
  return iso === text || Number.isNaN(time) ? undefined : time;
}

// JavaScript reads some seconds past 59, and so does the server: they run over into the next minute.
function httpDate(text: string): number | undefined {
  const match = /^Mon, ([0-2]\d|30) Nov (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(text);
  if (match === null) return undefined;
  const [day = 0, year = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, 10, day, hour, minute, second);
}
