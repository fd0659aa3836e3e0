import { expect, test } from 'vitest';
import { usesByTime } from '../src/shares/uses-by-time.ts';

const START = Date.parse('2027-01-01T00:00:30Z');
const at = (seconds: number): { at: string } => ({ at: new Date(START + seconds * 1000).toISOString() });

test('counts in minutes for a young share, in days for an old one, and loses none', () => {
  const young = usesByTime([at(5), at(40), at(41)], at(0).at, START + 300_000);
  expect([young.step, young.counts]).toEqual([60, [1, 2, 0, 0, 0, 0]]);
  const old = usesByTime([at(0), at(20 * 86_400)], at(0).at, START + 30 * 86_400_000);
  expect(old.step).toBe(86_400);
  expect(old.counts.reduce((sum, count) => sum + count, 0)).toBe(2);
});

test('keeps uses of a clock that is a little off', () => {
  const { counts } = usesByTime([at(-120), at(900)], at(0).at, START + 60_000);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
});
