import { encodeRfc3986 } from '../request/encode.ts';

/** A V1 query as sent: percent-encoded, in the order given, bare names where there is no value. */
export function wireQueryV1(query: Iterable<readonly [string, string | null]>): string {
  let text = '';
  for (const [name, value] of query) {
    if (text !== '') text += '&';
    text += value ? `${encodeRfc3986(name)}=${encodeRfc3986(value)}` : encodeRfc3986(name);
  }
  return text;
}
