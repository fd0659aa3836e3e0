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
