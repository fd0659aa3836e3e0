import { byteOrder } from '../request/byte-order.ts';
import { isSubResourceV1 } from './sub-resources.ts';

/** Bucket, key and query of a request, decoded. */
export interface ResourcePartsV1 {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly query: Iterable<readonly [string, string | null]>;
}

/**
 * V1 canonicalized resource: `/bucket/key` and the signed sub-resources, all as plain text, nothing encoded.
 *
 * Sub-resources are sorted by name, never as joined `name=value` text: that would put `callback-var` before `callback`.
 */
export function canonicalResourceV1(parts: ResourcePartsV1): string {
  const { bucket, key, query } = parts;
  const path = bucket === undefined ? `/${key ?? ''}` : `/${bucket}/${key ?? ''}`;
  const signed: (readonly [string, string | null])[] = [];
  for (const parameter of query) if (isSubResourceV1(parameter[0])) signed.push(parameter);
  if (signed.length === 0) return path;
  signed.sort(([a], [b]) => byteOrder(a, b));
  return `${path}?${signed.map(([name, value]) => (value ? `${name}=${value}` : name)).join('&')}`;
}
