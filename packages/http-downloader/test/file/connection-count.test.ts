import { describe, expect, it } from 'vitest';
import { createConnectionCount } from '../../src/file/connection-count.ts';

describe('the number of connections', () => {
  it('is four as soon as this thread waits, and all on trial, which stay if they bring much more', () => {
    const slow = 1000;
    expect(countsAt((count) => slow * count)).toEqual([1, 4, 16, 16, 16, 16]);
    expect(countsAt((count) => slow * Math.min(count, 6))).toEqual([1, 4, 16, 16, 16, 16]);
    expect(countsAt(() => slow, { windows: 6 })).toEqual([1, 4, 16, 16, 4, 4, 4]);
    expect(countsAt(() => slow, { windows: 14, answerMs: 150 })).toEqual([1, 4, ...sixteen(7), 4, 4, 4, 4, 4, 4]);
    expect(countsAt(() => 0)).toEqual([1, 4, 4, 4, 4, 4]);
    expect(countsAt((count) => slow * count, { max: 7 })).toEqual([1, 4, 4, 4, 4, 4]);
    expect(countsAt((count) => slow * count, { max: 3 })).toEqual([1, 3, 3, 3, 3, 3]);
    expect(countsAt((count) => slow * count, { max: 1 })).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('stays where it is while this thread is busy', () => {
    expect(countsAt(() => 1000, { busy: () => 0.7 })).toEqual([1, 1, 1, 1, 1, 1]);
    expect(countsAt(() => 1000, { busy: (window) => (window < 3 ? 0.9 : 0.3) })).toEqual([1, 1, 1, 4, 16, 16]);
    expect(countsAt(() => 1000, { busy: (window) => (window < 2 ? 0 : 1), windows: 3 })).toEqual([1, 4, 4, 4]);
  });

  it('is four on trial while this thread has little time left: they stay if they bring a little', () => {
    const busy = (): number => 0.6;
    expect(countsAt(() => 1000, { busy, windows: 7 })).toEqual([1, 1, 4, 4, 1, 1, 1, 1]);
    expect(countsAt((count) => (count === 1 ? 1000 : 1100), { busy })).toEqual([1, 1, 4, 4, 1, 1]);
    expect(countsAt((count) => (count === 1 ? 1000 : 1200), { busy, windows: 6 })).toEqual([1, 1, 4, 4, 16, 16, 4]);
    expect(countsAt((count) => (count === 1 ? 1000 : 2000), { busy, max: 4 })).toEqual([1, 1, 4, 4, 4, 4]);
    // One short window does not decide.
    expect(countsAt(() => 1000, { busy: (window) => (window % 2 === 0 ? 0.9 : 0.6) })).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('tries again at once when the download has become much slower since a trial failed', () => {
    const busy = (window: number): number => (window < 6 ? 0.6 : 0.1);
    const speedOf = (at: (window: number) => number) =>
      countsAt((count, window) => (window < 6 ? 1000 : at(window) * count), { busy, windows: 8, max: 4 });
    expect(speedOf(() => 600)).toEqual([1, 1, 4, 4, 1, 1, 1, 1, 1]);
    expect(speedOf(() => 400)).toEqual([1, 1, 4, 4, 1, 1, 1, 4, 4]);
  });

  it('gives a trial time while it becomes faster, and ends it as soon as it is fast enough', () => {
    const rising = [1000, 1000, 300, 400, 500, 600, 700, 800, 900, 1000, 1110, 1230, 1360, 1501, 1501, 1501];
    expect(countsAt((_, window) => rising[window - 1] ?? 0, { windows: 15 }).slice(2)).toEqual(sixteen(14));
  });

  it('repeats a trial that failed, ever more rarely', () => {
    const counts = countsAt(() => 1000, { windows: 900 });
    const starts = counts.flatMap((count, window) => (count === 16 && counts[window - 1] === 4 ? [window] : []));
    const pauses = starts.slice(1).map((start, index) => start - (starts[index] ?? 0) - 2);
    expect(pauses.map((windows) => Math.round(windows / 100))).toEqual([1, 2, 4]);
  });

  it('measures nothing while not all of them flow, or for less time than the fastest took to respond', () => {
    let now = 0;
    const count = createConnectionCount({ monotonic: () => now, busyMs: () => 0, max: () => 16 });
    now = 100;
    expect(count.received(1000, 1)).toBe(4);
    for (const ms of [900, 400, 800]) count.answered(ms);
    now = 10_000;
    expect(count.received(1000, 3)).toBe(4);
    now = 10_300;
    expect(count.received(1000, 4)).toBe(4);
    now = 10_400;
    expect(count.received(1000, 4)).toBe(16);
  });

  it('has fewer connections when the server refuses some, and tries more again later, one at a time', () => {
    let now = 0;
    const count = createConnectionCount({ monotonic: () => now, busyMs: () => 0, max: () => 8 });
    for (const expected of [4, 8]) {
      now += 100;
      expect(count.received(1000, count.wanted())).toBe(expected);
    }
    for (let running = 8; running > 5; running -= 1) count.refused(running);
    const counts = [count.wanted()];
    for (let window = 0; window < 6; window += 1) {
      now += 5000;
      counts.push(count.received(1000, count.wanted()));
    }
    expect(counts).toEqual([5, 5, 6, 6, 7, 7, 8]);
    count.refused(1);
    expect(count.wanted()).toBe(1);
  });
});

const sixteen = (windows: number): number[] => Array.from({ length: windows }, () => 16);

interface Course {
  readonly max?: number;
  readonly windows?: number;
  readonly busy?: (window: number) => number;
  /** How long the server takes to respond. */
  readonly answerMs?: number;
}

/** @param speed in bytes a millisecond, of so many connections in a window */
function countsAt(
  speed: (count: number, window: number) => number,
  { max = 16, windows = 5, busy = () => 0, answerMs = 0 }: Course = {},
): number[] {
  let now = 0;
  let busyMs = 0;
  const count = createConnectionCount({ monotonic: () => now, busyMs: () => busyMs, max: () => max });
  count.answered(answerMs);
  const found = [count.wanted()];
  for (let window = 1; window <= windows; window += 1) {
    now += Math.max(100, answerMs);
    busyMs += Math.max(100, answerMs) * busy(window);
    found.push(count.received(100 * speed(found.at(-1) ?? 0, window), found.at(-1) ?? 0));
  }
  return found;
}
