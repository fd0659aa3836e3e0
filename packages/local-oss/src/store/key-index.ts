/** Compares in the order of the UTF-8 bytes, which differs from UTF-16 order where a string has a surrogate. */
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

/** Whether a key comes before a position: true for the first keys, false for all after them. */
export type IsBefore = (key: string) => boolean;

/** Keys in the byte order of their UTF-8, as OSS lists them. A change costs the same among many keys as among few. */
export interface KeyIndex {
  add(key: string): void;
  remove(key: string): void;
  /** Keys in order, from a place on. The index must not change while they are read. */
  from(isBefore: IsBefore): Iterable<string>;
}

// Long enough to be few, short enough to be moved at once.
const MAX_RUN = 512;

/** @param keys in any order, each once */
export function createKeyIndex(keys: Iterable<string>): KeyIndex {
  const sorted = [...keys].sort(compareUtf8);
  // None of them is empty.
  const runs: string[][] = [];
  for (let at = 0; at < sorted.length; at += MAX_RUN / 2) runs.push(sorted.slice(at, at + MAX_RUN / 2));
  const place = (isBefore: IsBefore): readonly [run: number, at: number] => {
    const run = firstNot(runs, (keysOfRun) => isBefore(keysOfRun.at(-1) ?? ''));
    return [run, firstNot(runs[run] ?? [], isBefore)];
  };
  return {
    add(key): void {
      const [found, at] = place((other) => compareUtf8(other, key) < 0);
      const run = Math.min(found, runs.length - 1);
      const here = runs[run];
      if (here === undefined) {
        runs.push([key]);
        return;
      }
      here.splice(found === run ? at : here.length, 0, key);
      if (here.length > MAX_RUN) runs.splice(run + 1, 0, here.splice(MAX_RUN / 2));
    },
    remove(key): void {
      const [run, at] = place((other) => compareUtf8(other, key) < 0);
      const here = runs[run];
      if (here?.[at] !== key) return;
      here.splice(at, 1);
      if (here.length === 0) runs.splice(run, 1);
    },
    *from(isBefore): Iterable<string> {
      let [run, at] = place(isBefore);
      for (; run < runs.length; run += 1, at = 0) {
        const here = runs[run] ?? [];
        for (; at < here.length; at += 1) yield here[at] ?? '';
      }
    },
  };
}

function firstNot<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(items[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
