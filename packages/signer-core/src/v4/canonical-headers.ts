import { byteOrder } from '../request/byte-order.ts';
import type { HeaderMap } from '../request/header-map.ts';

/** Whether V4 signs a header without being asked to. */
export function isSignedByDefaultV4(name: string): boolean {
  return name === 'content-type' || name === 'content-md5' || name.startsWith('x-oss-');
}

/**
 * V4 additional headers: the wanted names in lower case, each once, sorted, without those that are signed anyway and
 * those that are not sent.
 */
export function additionalHeaderNamesV4(wanted: readonly string[], headers: HeaderMap): readonly string[] {
  if (wanted.length === 0) return [];
  const names = new Set(wanted.map((name) => name.toLowerCase()));
  return [...names].filter((name) => headers.has(name) && !isSignedByDefaultV4(name)).sort(byteOrder);
}

/** V4 canonical headers: `name:value` lines sorted by name, each ending in LF. */
export function canonicalHeadersV4(headers: HeaderMap, additional: readonly string[]): string {
  if (headers.size === 0) return '';
  return [...headers]
    .filter(([name]) => isSignedByDefaultV4(name) || additional.includes(name))
    .sort(([a], [b]) => byteOrder(a, b))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
}
