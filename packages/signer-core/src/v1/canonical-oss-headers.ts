import { byteOrder } from '../request/byte-order.ts';
import type { HeaderMap } from '../request/header-map.ts';

/** V1 canonicalized OSS headers: every `x-oss-*` header as a `name:value` line, sorted, each ending in LF. */
export function canonicalOssHeadersV1(headers: HeaderMap): string {
  if (headers.size === 0) return '';
  return [...headers]
    .filter(([name]) => name.startsWith('x-oss-'))
    .sort(([a], [b]) => byteOrder(a, b))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
}
