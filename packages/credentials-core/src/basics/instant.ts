const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|z|UTC|GMT|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Reads an instant as issuers write it: ISO 8601 with date and time. Without a zone it is UTC, as all times of Alibaba Cloud are; the
 * platform's own parser would take it for local time and be hours wrong. A day or an hour that does not exist is refused.
 *
 * @returns undefined when the text is not such an instant
 */
export function parseInstant(text: string): Date | undefined {
  if (text.length > 64) return undefined;
  const found = INSTANT.exec(text.trim());
  if (found === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = found;
  const date = `${year}-${month}-${day}`;
  const ms = Date.parse(`${date}T${hour}:${minute}:${second}.${`${fraction}00`.slice(0, 3)}Z`);
  // February 30 would become March 1 or 2.
  if (Number.isNaN(ms) || hour === '24' || !new Date(ms).toISOString().startsWith(date)) return undefined;
  const offset = offsetMs(zone);
  return offset === undefined ? undefined : new Date(ms - offset);
}

function offsetMs(zone: string): number | undefined {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (found === null) return 0;
  const [, sign, hours, minutes] = found;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Reads the date of an HTTP header (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`. The platform's own parser would take
 * one without a zone for local time.
 *
 * @returns undefined for any other text
 */
export function parseHttpDate(text: string): Date | undefined {
  const ms = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms);
}
