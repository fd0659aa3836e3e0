import { byteOrder } from '../request/byte-order.ts';
import { encodeRfc3986 } from '../request/encode.ts';

/** A parameter, percent-encoded. */
export interface EncodedParameter {
  readonly name: string;
  /** `name=value`, or the bare name where there is no value. */
  readonly text: string;
}

/**
 * V4 canonical query: names and values encoded, sorted by encoded name in byte order; an empty or absent value gives the
 * bare name, without `=`. Leaves out `x-oss-signature`, the one parameter that is not signed.
 */
export function canonicalQueryV4(query: Iterable<readonly [string, string | null]>): string {
  return joinQueryV4(encodeQueryV4(query), []);
}

/** Encodes the parameters of a V4 query and sorts them. */
export function encodeQueryV4(query: Iterable<readonly [string, string | null]>): EncodedParameter[] {
  const parameters: EncodedParameter[] = [];
  for (const [name, value] of query) {
    if (name !== 'x-oss-signature') parameters.push(encodeParameter(name, value ?? ''));
  }
  return parameters.length > 1 ? parameters.sort((a, b) => byteOrder(a.name, b.name)) : parameters;
}

/** Joins two sorted lists into one sorted text. */
export function joinQueryV4(some: readonly EncodedParameter[], others: readonly EncodedParameter[]): string {
  let text = '';
  let index = 0;
  for (const parameter of some) {
    for (let other = others[index]; other !== undefined && other.name < parameter.name; other = others[index]) {
      text += `&${other.text}`;
      index += 1;
    }
    text += `&${parameter.text}`;
  }
  for (; index < others.length; index += 1) text += `&${others[index]?.text}`;
  return text.slice(1);
}

function encodeParameter(name: string, value: string): EncodedParameter {
  const encoded = encodeRfc3986(name);
  return { name: encoded, text: value === '' ? encoded : `${encoded}=${encodeRfc3986(value)}` };
}
