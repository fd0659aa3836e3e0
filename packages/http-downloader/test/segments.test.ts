import { describe, expect, it } from 'vitest';
import { partSizeFor } from '../src/file/job.ts';
import { missingRanges, sortSegments } from '../src/segments.ts';

describe('the plan', () => {
  it('has parts of 8 MiB and more for very large objects', () => {
    expect(partSizeFor(1)).toBe(8 << 20);
    expect(partSizeFor(10 * 2 ** 40) % (1 << 20)).toBe(0);
    expect((10 * 2 ** 40) / partSizeFor(10 * 2 ** 40)).toBeLessThanOrEqual(4000);
  });

  it('fetches exactly what is missing', () => {
    const segments = sortSegments([
      { start: 30, end: 40, crc64: 0n },
      { start: 10, end: 20, crc64: 0n },
      { start: 15, end: 25, crc64: 0n },
    ]);
    expect(missingRanges(segments, 50, 7)).toEqual([
      { start: 0, end: 7 },
      { start: 7, end: 10 },
      { start: 20, end: 27 },
      { start: 27, end: 30 },
      { start: 40, end: 47 },
      { start: 47, end: 50 },
    ]);
    expect(missingRanges([], 0, 7)).toEqual([]);
  });
});
