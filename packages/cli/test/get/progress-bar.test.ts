import { describe, expect, it } from 'vitest';
import { formatBytes, formatTime } from '../../src/output/format.ts';
import { formatProgress } from '../../src/verbs/get/progress-bar.ts';

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

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [99_949, '99.9 kB'],
  [99_950, '100 kB'],
  [999_500, '1.0 MB'],
  [48.8e12, '48.8 TB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [400, '0:00'],
  [59_600, '1:00'],
  [3_723_000, '1:02:03'],
])('%i ms are %s', (ms, text) => {
  expect(formatTime(ms)).toBe(text);
});
