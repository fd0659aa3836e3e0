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
  if (!hasDotSegment(key)) return encodePath(key);
  const segments = key.split('/');
  return segments
    .map((segment, index) => {
      if (index === 0) return encodePath(segment);
      const touches = isDot(segment) || isDot(segments[index - 1] ?? '');
      return `${touches ? '%2F' : '/'}${encodePath(segment)}`;
    })
    .join('');
}

/** Whether `.` or `..` is a segment of the key. */
export function hasDotSegment(key: string): boolean {
  // Nearly every key has a dot; few have one before a slash.
  return (key.includes('./') || key.endsWith('.')) && DOT_SEGMENT.test(key);
}

function isDot(segment: string): boolean {
  return segment === '.' || segment === '..';
}
