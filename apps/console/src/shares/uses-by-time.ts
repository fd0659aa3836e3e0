/** Counts in equal steps of time: `times` are their starts, in seconds. */
export interface UsesByTime {
  readonly times: readonly number[];
  readonly counts: readonly number[];
  /** In seconds. */
  readonly step: number;
}

const STEPS = [60, 300, 900, 3600, 6 * 3600, 86_400, 7 * 86_400, 30 * 86_400];
const MOST_BARS = 40;

/** Counts uses from a start to now, in the smallest usual step that leaves a readable number of bars. */
export function usesByTime(uses: readonly { readonly at: string }[], since: string, now: number): UsesByTime {
  const start = Date.parse(since) / 1000;
  const end = now / 1000;
  const step = STEPS.find((size) => (end - start) / size <= MOST_BARS) ?? 30 * 86_400;
  const first = Math.floor(start / step) * step;
  const length = Math.floor((end - first) / step) + 1;
  const counts = Array.from({ length }, () => 0);
  for (const { at } of uses) {
    const index = Math.floor((Date.parse(at) / 1000 - first) / step);
    // Clocks of several servers may differ a little.
    const bar = Math.min(length - 1, Math.max(0, index));
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  return { times: counts.map((_, index) => first + index * step), counts, step };
}
