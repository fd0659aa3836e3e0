import { encodePath } from './encode.ts';

const DOT_SEGMENT = /(^|\/)\.{1,2}(?=\/|$)/;

/**
 * The key as it is written in a URL's path, without the leading slash.
 *
 * `fetch`, `new URL`, curl and wget collapse `a/../b` (also spelled `%2e%2e`), so that the server would see another key
 * than the one that was signed. The slashes that touch a dot segment are therefore written `%2F`, which OSS decodes to
 * the same key and which no client touches.
 */
export function wireKey(key: string): string {
  if (!DOT_SEGMENT.test(key)) return encodePath(key);
  const segments = key.split('/');
  return segments
    .map((segment, index) => {
      if (index === 0) return encodePath(segment);
      const touches = isDot(segment) || isDot(segments[index - 1] ?? '');
      return `${touches ? '%2F' : '/'}${encodePath(segment)}`;
    })
    .join('');
}

function isDot(segment: string): boolean {
  return segment === '.' || segment === '..';
}
