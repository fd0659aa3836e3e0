/** What a Range header comes to: both ends included. */
export type RangeResult =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

/**
 * Resolves a Range header as OSS does: one that cannot be used as it stands is ignored and the whole object is sent,
 * unless `x-oss-range-behavior: standard` asks for the rules of HTTP.
 */
export function resolveRange(header: string | undefined, size: number, standard: boolean): RangeResult {
  const whole = { kind: 'whole' } as const;
  const match = header === undefined ? null : /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (match === null) return whole;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return whole;
  if (first === '') {
    const length = Number(last);
    if (length === 0 || size === 0) return standard ? { kind: 'unsatisfiable' } : whole;
    if (length > size && !standard) return whole;
    return { kind: 'part', start: Math.max(size - length, 0), end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Number(last);
  if (last !== '' && end < start) return whole;
  if (start >= size) return standard ? { kind: 'unsatisfiable' } : whole;
  if (end >= size && !standard) return whole;
  return { kind: 'part', start, end: Math.min(end, size - 1) };
}
