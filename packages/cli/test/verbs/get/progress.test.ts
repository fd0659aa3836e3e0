import { describe, expect, it } from 'vitest';
import { formatProgress } from '../../../src/verbs/get/progress.ts';

const HALF = { receivedBytes: 14_400_000, totalBytes: 32_000_000, bytesPerSecond: 5_100_000, remainingMs: 3450 };

describe('formatProgress', () => {
  it('draws how much there is, at what speed, and for how long', () => {
    expect(formatProgress(HALF, 80)).toBe(
      ' 45 %  [=============>               ]  14.4 MB of 32.0 MB  5.1 MB/s  0:03 left',
    );
  });

  it.each([20, 30, 40, 60, 80, 200])('fits %i columns', (columns) => {
    for (const receivedBytes of [0, 1, 31_999_999, 32_000_000]) {
      expect(formatProgress({ ...HALF, receivedBytes }, columns).length).toBeLessThan(columns);
    }
  });

  it('leaves out what is not known', () => {
    expect(formatProgress({ receivedBytes: 999_499 }, 80)).toBe('999 kB');
  });

  it('says 100 % only when all is there', () => {
    expect(formatProgress({ ...HALF, receivedBytes: 31_999_999 }, 80)).toContain(' 99 %');
    expect(formatProgress({ ...HALF, receivedBytes: 32_000_000 }, 80)).toContain('100 %  [=');
    expect(formatProgress({ receivedBytes: 0, totalBytes: 0 }, 80)).toContain('100 %');
  });
});
