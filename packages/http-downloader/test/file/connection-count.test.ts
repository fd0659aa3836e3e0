import { describe, expect, it } from 'vitest';
import { createConnectionCount } from '../../src/file/connection-count.ts';

describe('the number of connections', () => {
  it('starts with one connection, has several where it is slow, and doubles them as long as that brings more', () => {
    const slow = 1000;
    expect(countsAt((count) => slow * count)).toEqual([1, 4, 8, 16, 16, 16]);
    expect(countsAt((count) => slow * Math.min(count, 8))).toEqual([1, 4, 8, 16, 8, 8]);
    expect(countsAt(() => slow)).toEqual([1, 4, 8, 4, 4, 4]);
    expect(countsAt(() => 0)).toEqual([1, 4, 4, 4, 4, 4]);
    expect(countsAt(() => slow, { max: 3 })).toEqual([1, 3, 3, 3, 3, 3]);
    expect(countsAt(() => slow, { max: 1 })).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('lets a fast connection alone, but for a trial that a long download makes up for', () => {
    const fast = 500_000;
    const alone = Array.from({ length: 21 }, () => 1);
    const windows = 26;
    expect(countsAt(() => fast, { windows })).toEqual([...alone, 4, 1, 1, 1, 1, 1]);
    expect(countsAt((count) => (fast / 4) * count, { windows })).toEqual([...alone, 4, 1, 4, 8, 16, 16]);
    expect(countsAt((count) => (count === 1 ? fast / 2 : fast), { windows })).toEqual([...alone, 4, 1, 4, 8, 4, 4]);
  });

  it('does not leave a connection alone that was fast only at first', () => {
    let bytes = 50_000_000;
    const drying = (count: number): number => ((bytes -= 15_000_000) > 0 ? 150_000 : 1000 * count);
    expect(countsAt(drying, { windows: 6 })).toEqual([1, 1, 1, 1, 4, 8, 16]);
  });

  it('has fewer connections when the server refuses some, and tries more again later, one at a time', () => {
    let now = 0;
    const count = createConnectionCount({ monotonic: () => now, max: 8 });
    for (const expected of [4, 8]) {
      now += 100;
      expect(count.received(1000 * now)).toBe(expected);
    }
    for (let running = 8; running > 5; running -= 1) count.refused(running);
    const counts = [count.received(1000)];
    for (let window = 0; window < 6; window += 1) {
      now += 5000;
      counts.push(count.received(1000));
    }
    expect(counts).toEqual([5, 5, 6, 6, 7, 7, 8]);
    count.refused(1);
    expect(count.received(1000)).toBe(1);
  });
});

/** @param speed in bytes a millisecond, of so many connections */
function countsAt(speed: (count: number) => number, { max = 16, windows = 5 } = {}): number[] {
  let now = 0;
  const count = createConnectionCount({ monotonic: () => now, max });
  const found = [count.received(0)];
  for (let window = 0; window < windows; window += 1) {
    now += 100;
    found.push(count.received(100 * speed(found.at(-1) ?? 0)));
  }
  return found;
}
