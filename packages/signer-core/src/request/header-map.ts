import { SigningError } from '../errors/signing-error.ts';
import { assertSignable } from './text.ts';

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

/** @throws SigningError `INVALID_TEXT` when a name is no HTTP token or a value holds a control character */
export function assertHeaders(headers: HeaderMap): void {
  for (const [name, value] of headers) {
    if (!TOKEN.test(name)) throw new SigningError('INVALID_TEXT', 'a header name is not a valid HTTP token');
    assertSignable(value, `header "${name}"`);
  }
}

// By hand: a regular expression for the end takes quadratic time on a long run of blanks within.
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
