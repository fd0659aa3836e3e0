import { byteOrder } from '../request/byte-order.ts';
import { encodeRfc3986 } from '../request/encode.ts';

/** Name and value of a parameter, percent-encoded; `''` where there is no value. */
export type EncodedParameter = readonly [name: string, value: string];

/**
 * V4 canonical query: names and values encoded, sorted by encoded name in byte order; an empty or absent value gives the
 * bare name, without `=`. Leaves out `x-oss-signature`, the one parameter that is not signed.
 */
export function canonicalQueryV4(query: Iterable<readonly [string, string | null]>): string {
  return joinQueryV4(encodeQueryV4(query));
}

/** Encodes the parameters of a V4 query, in the order given. */
export function encodeQueryV4(query: Iterable<readonly [string, string | null]>): EncodedParameter[] {
  const parameters: EncodedParameter[] = [];
  for (const [name, value] of query) {
    if (name !== 'x-oss-signature') parameters.push([encodeRfc3986(name), encodeRfc3986(value ?? '')]);
  }
  return parameters;
}

/** Sorts and joins encoded parameters. */
export function joinQueryV4(parameters: readonly EncodedParameter[]): string {
  let text = '';
  // By index: taking pairs apart in a comparison costs more than the comparison.
  for (const [name, value] of [...parameters].sort((a, b) => byteOrder(a[0], b[0]))) {
    const separator = text === '' ? '' : '&';
    text += value === '' ? `${separator}${name}` : `${separator}${name}=${value}`;
  }
  return text;
}
