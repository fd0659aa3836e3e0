import fc from 'fast-check';
import { expect, describe, it } from 'vitest';
import { refreshWindows } from '../src/cache/renewal.ts';

const HOUR = 3_600_000;

describe('the windows', () => {
  it('are a quarter of the life, from 30 seconds to an hour, then a minute, then five seconds', () => {
    const minute = 60_000;
    expect(refreshWindows(HOUR, 0)).toEqual({ advisoryMs: 900_000, mandatoryMs: 60_000, guardMs: 5_000 });
    expect(refreshWindows(12 * HOUR, 0).advisoryMs).toBe(HOUR);
    expect(refreshWindows(minute, 0)).toEqual({ advisoryMs: 30_000, mandatoryMs: 10_000, guardMs: 2_500 });
  });

  it('keep their order and shrink by up to a fifth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 48 * HOUR }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (life, jitter) => {
          const { advisoryMs, mandatoryMs, guardMs } = refreshWindows(life, jitter);
          const widest = refreshWindows(life, 0).advisoryMs;
          expect(0 < guardMs && guardMs < mandatoryMs && mandatoryMs < advisoryMs).toBe(true);
          expect(advisoryMs <= widest && advisoryMs >= widest * 0.8).toBe(true);
        },
      ),
    );
  });
});
