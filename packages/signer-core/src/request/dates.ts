/**
 * `YYYYMMDDTHHMMSSZ`, UTC, as V4's `x-oss-date`; fractions of a second are dropped.
 *
 * @throws RangeError when the date is invalid or its year has not four digits
 */
export function formatIsoBasic(date: Date): string {
  const iso = date.toISOString();
  if (iso.length !== 24) throw new RangeError('date must lie in the years 0 to 9999');
  return `${iso.slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/**
 * RFC 1123 in GMT, as V1's `Date`: `Wed, 28 Dec 2022 10:27:41 GMT`.
 *
 * @throws RangeError when the date is invalid or its year has not four digits
 */
export function formatRfc1123(date: Date): string {
  // toUTCString would give the text "Invalid Date", which could be signed.
  if (date.toISOString().length !== 24) throw new RangeError('date must lie in the years 0 to 9999');
  // ECMAScript fixes this very format for toUTCString.
  return date.toUTCString();
}
