import { byteOrder } from '../request/byte-order.ts';
import { encodeRfc3986 } from '../request/encode.ts';

/**
 * V4 canonical query: names and values encoded, sorted by encoded name in byte order; an empty or absent value gives the
 * bare name, without `=`. Leaves out `x-oss-signature`, the one parameter that is not signed.
 */
export function canonicalQueryV4(query: Iterable<readonly [string, string | null]>): string {
  const pairs: [name: string, value: string][] = [];
  for (const [name, value] of query) {
    if (name !== 'x-oss-signature') pairs.push([encodeRfc3986(name), encodeRfc3986(value ?? '')]);
  }
  return pairs
    .sort(([a], [b]) => byteOrder(a, b))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&');
}
