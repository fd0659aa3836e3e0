/** What a Range header comes to: both ends included. */
export type RangeResult =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

const WHOLE = { kind: 'whole' } as const;

/**
 * Resolves a Range header as OSS does: one that cannot be used as it stands is ignored and the whole object is sent,
 * unless `x-oss-range-behavior: standard` asks for the rules of HTTP. Several ranges at once are never served.
 */
export function resolveRange(header: string | undefined, size: number, standard: boolean): RangeResult {
  const unusable: RangeResult = standard ? { kind: 'unsatisfiable' } : WHOLE;
  const text = header?.trim() ?? '';
  if (/^bytes=[\d\s-]+,/.test(text)) return unusable;
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(text);
  if (match === null) return WHOLE;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return WHOLE;
  if (first === '') {
    const length = Number(last);
    if (length === 0 || size === 0) return unusable;
    if (length > size && !standard) return WHOLE;
    return { kind: 'part', start: Math.max(size - length, 0), end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Number(last);
  if (last !== '' && end < start) return WHOLE;
  if (start >= size) return unusable;
  if (end >= size && !standard) return WHOLE;
  return { kind: 'part', start, end: Math.min(end, size - 1) };
}
