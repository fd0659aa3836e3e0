import { SigningError } from '../errors/signing-error.ts';

// The texts of a request: which may be signed, and how they are written.

const PLAIN = /^[\x20-\x7e]*$/;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Refuses text that must not be signed: a line break would add a line to the string to sign or a header to the request,
 * and a lone surrogate has no UTF-8 form.
 *
 * @throws SigningError `INVALID_TEXT`; the message names the place, not the text
 * @throws TypeError when it is not a string
 */
export function assertSignable(text: string, place: string): void {
  assertText(text, place);
  if (PLAIN.test(text)) return;
  if (CONTROL.test(text)) throw new SigningError('INVALID_TEXT', `${place} contains a control character`);
  if (LONE_SURROGATE.test(text)) throw new SigningError('INVALID_TEXT', `${place} is not well-formed Unicode`);
}

// A regular expression would read `undefined` as a name of nine letters.
function assertText(text: unknown, place: string): void {
  if (typeof text !== 'string') throw new TypeError(`${place} must be a string`);
}

// Old buckets may have `_` inside; new ones may not.
const BUCKET = /^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/;
const MAX_KEY_BYTES = 1023;

/**
 * Checks a bucket's name.
 *
 * @throws SigningError `INVALID_BUCKET`
 * @throws TypeError when it is not a string
 */
export function assertBucket(bucket: string): void {
  assertText(bucket, 'bucket');
  if (BUCKET.test(bucket)) return;
  throw new SigningError(
    'INVALID_BUCKET',
    'bucket must be 3 to 63 lower-case letters, digits and hyphens, with no hyphen at either end',
  );
}

/**
 * Checks an object key: 1 to 1023 bytes of UTF-8, not starting with `/` or `\`.
 * No Unicode normalisation: NFC and NFD spellings are different objects.
 *
 * @throws SigningError `INVALID_KEY` or `INVALID_TEXT`
 * @throws TypeError when it is not a string
 */
export function assertKey(key: string): void {
  assertSignable(key, 'key');
  if (key === '') throw new SigningError('INVALID_KEY', 'key must not be empty');
  if (key.startsWith('/') || key.startsWith('\\')) {
    throw new SigningError('INVALID_KEY', `key must not start with "${key[0]}": OSS refuses such keys`);
  }
  if (key.length * 3 > MAX_KEY_BYTES && new TextEncoder().encode(key).length > MAX_KEY_BYTES) {
    throw new SigningError('INVALID_KEY', `key must not be longer than ${MAX_KEY_BYTES} bytes of UTF-8`);
  }
}

/**
 * Refuses the keys `.` and `..`: every HTTP client removes such a path, so no link can reach them.
 *
 * @throws SigningError `INVALID_KEY`
 */
export function assertLinkableKey(key: string): void {
  if (key === '.' || key === '..') {
    throw new SigningError('INVALID_KEY', `a link cannot contain key "${key}": HTTP clients remove it from the path`);
  }
}

/**
 * Query parameters that belong to an OSS signature (V1, V2 and V4) and not to what it grants. The signers set them: a request that
 * has one already is refused.
 */
export const SIGNATURE_PARAMETERS: ReadonlySet<string> = new Set(
  `OSSAccessKeyId Expires Signature security-token x-oss-access-key-id x-oss-signature-version x-oss-credential x-oss-date
  x-oss-expires x-oss-additional-headers x-oss-security-token x-oss-signature`.split(/\s+/),
);

/** Header names in lower case, values trimmed, as both signature versions sign them. */
export type HeaderMap = ReadonlyMap<string, string>;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Lower-cases names and trims values; a name given twice in different case has its values joined by `,` in order.
 * Inner spaces stay: no SDK collapses them.
 */
export function toHeaderMap(headers: Readonly<Record<string, string>> | undefined): Map<string, string> {
  const map = new Map<string, string>();
  if (headers === undefined) return map;
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    const earlier = map.get(lower);
    const trimmed = trimBlanks(value);
    map.set(lower, earlier === undefined ? trimmed : `${earlier},${trimmed}`);
  }
  return map;
}

/** @throws SigningError `INVALID_TEXT` when a name is not an HTTP token or a value holds a control character */
export function assertHeaders(headers: HeaderMap): void {
  for (const [name, value] of headers) {
    if (!TOKEN.test(name)) throw new SigningError('INVALID_TEXT', 'a header name is not a valid HTTP token');
    assertSignable(value, `header "${name}"`);
  }
}

// By hand: a regular expression for the end takes quadratic time on a long run of blanks inside.
function trimBlanks(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value[start])) start += 1;
  while (end > start && isBlank(value[end - 1])) end -= 1;
  return value.slice(start, end);
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}

const SAFE = /^[A-Za-z0-9\-._~]*$/;
const SAFE_PATH = /^[A-Za-z0-9\-._~/]*$/;

/** Percent-encodes as RFC 3986 does: UTF-8 bytes, upper-case hex; only `A-Z a-z 0-9 - . _ ~` stay as they are. */
export function encodeRfc3986(text: string): string {
  return SAFE.test(text) ? text : encodeReserved(encodeURIComponent(text));
}

/** Encodes like `encodeRfc3986`, but leaves `/` as it is. */
export function encodePath(text: string): string {
  return SAFE_PATH.test(text) ? text : encodeReserved(encodeURIComponent(text).replaceAll('%2F', '/'));
}

/** Encodes base64 like `encodeRfc3986`: it has none of the characters that `encodeURIComponent` leaves. */
export function encodeBase64(text: string): string {
  return encodeURIComponent(text);
}

// encodeURIComponent leaves these five, which RFC 3986 reserves.
function encodeReserved(text: string): string {
  if (!/[!'()*]/.test(text)) return text;
  return text.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Compares by byte order. Percent-encoded text and header names are ASCII, where UTF-16 order is byte order; locale
 * order is not, and signs mixed-case names wrongly.
 */
export function byteOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Writes `YYYYMMDDTHHMMSSZ`, UTC, as V4's `x-oss-date`; fractions of a second are dropped.
 *
 * @throws RangeError when the date is invalid or its year does not have four digits
 */
export function formatIsoBasic(date: Date): string {
  return `${isoText(date).slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/**
 * Writes RFC 1123 in GMT, as V1's `Date`: `Wed, 28 Dec 2022 10:27:41 GMT`.
 *
 * @throws RangeError when the date is invalid or its year does not have four digits
 */
export function formatRfc1123(date: Date): string {
  // Without this check, toUTCString would give the text "Invalid Date", which could be signed.
  isoText(date);
  // ECMAScript fixes this very format for toUTCString.
  return date.toUTCString();
}

function isoText(date: Date): string {
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  if (iso.length !== 24) throw new RangeError('date must be a valid Date in the years 0 to 9999');
  return iso;
}

const DOT_SEGMENT = /(^|\/)\.{1,2}(?=\/|$)/;

/**
 * Writes a key for a URL's path, without the leading slash.
 *
 * `fetch`, `new URL`, curl and wget collapse `a/../b` (also spelled `%2e%2e`), so that the server would see another key than the
 * signed one. The slashes beside a dot segment are therefore written `%2F`, which OSS decodes to the same key and which no client
 * changes.
 */
export function wireKey(key: string): string {
  if (!hasDotSegment(key)) return encodePath(key);
  const segments = key.split('/');
  return segments
    .map((segment, index) => {
      if (index === 0) return encodePath(segment);
      const touches = isDot(segment) || isDot(segments[index - 1] ?? '');
      return `${touches ? '%2F' : '/'}${encodePath(segment)}`;
    })
    .join('');
}

/** Whether `.` or `..` is a segment of the key. */
export function hasDotSegment(key: string): boolean {
  // Nearly every key has a dot; few have one before a slash.
  return (key.includes('./') || key.endsWith('.')) && DOT_SEGMENT.test(key);
}

function isDot(segment: string): boolean {
  return segment === '.' || segment === '..';
}

/** Writes a form's policy as it is sent and signed: base64 of its JSON in UTF-8. */
export function encodePolicy(policy: object): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(JSON.stringify(policy))) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}
