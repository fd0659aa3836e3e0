/** Keys in the byte order of their UTF-8, as OSS lists them. Sorted when asked for, not at each change. */
export interface KeyOrder {
  changed(): void;
  /** All keys, sorted; must not be changed. */
  sorted(): readonly string[];
}

export function createKeyOrder(keys: () => Iterable<string>): KeyOrder {
  let sorted: readonly string[] | undefined;
  return {
    changed(): void {
      sorted = undefined;
    },
    sorted(): readonly string[] {
      sorted ??= [...keys()].sort(compareUtf8);
      return sorted;
    },
  };
}

/** Compares as the UTF-8 bytes would, which differs from UTF-16 order where one text has a surrogate. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

// Surrogates stand for code points above U+FFFF, so they come after U+E000..U+FFFF.
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Index of the first key that is not before `from`. */
export function lowerBound(sorted: readonly string[], from: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(sorted[middle] ?? '', from) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
