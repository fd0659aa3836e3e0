/**
 * Compares by byte order. Percent-encoded text and header names are ASCII, where UTF-16 order is byte order; locale
 * order is not, and signs mixed-case names wrongly.
 */
export function byteOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
