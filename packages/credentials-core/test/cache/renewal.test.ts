import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refreshWindows, retryDelayMs } from '../../src/cache/renewal.ts';

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

const passing = { permanent: false, jitter: 1 };

describe('the pause after a failed fetch', () => {
  it('doubles from a second to a minute and no further', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((failures) => retryDelayMs({ ...passing, failures }));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('is spread over its upper half', () => {
    expect(retryDelayMs({ failures: 4, permanent: false, jitter: 0 })).toBe(4_000);
  });

  it('is at most a quarter of the life that is left, and at least a second of it', () => {
    expect(retryDelayMs({ ...passing, failures: 9, remainingMs: 100_000 })).toBe(25_000);
    expect(retryDelayMs({ ...passing, failures: 9, remainingMs: 2_000 })).toBe(1_000);
  });

  it('is long when a person must act: half a minute, up to five while credentials still serve', () => {
    const lasting = { permanent: true, jitter: 1, remainingMs: 3_600_000 };
    expect(retryDelayMs({ ...lasting, failures: 1 })).toBe(30_000);
    expect(retryDelayMs({ ...lasting, failures: 9 })).toBe(300_000);
    expect(retryDelayMs({ permanent: true, jitter: 1, failures: 9 })).toBe(60_000);
  });

  it('follows the issuer’s wish up to a minute', () => {
    expect(retryDelayMs({ ...passing, failures: 1, retryAfterMs: 20_000 })).toBe(20_000);
    expect(retryDelayMs({ ...passing, failures: 1, retryAfterMs: 3_600_000 })).toBe(60_000);
  });

  it('is never under a quarter of a second and never over its cap', () => {
    const options = fc.record(
      {
        failures: fc.integer({ min: 1, max: 10_000 }),
        permanent: fc.boolean(),
        jitter: fc.double({ min: 0, max: 1, noNaN: true }),
        remainingMs: fc.double({ min: 1, max: 1e9, noNaN: true }),
        retryAfterMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
      },
      { requiredKeys: ['failures', 'permanent', 'jitter'] },
    );
    fc.assert(
      fc.property(options, (given) => {
        const cap = given.permanent && given.remainingMs !== undefined ? 300_000 : 60_000;
        const ms = retryDelayMs(given);
        expect(ms).toBeGreaterThanOrEqual(250);
        expect(ms).toBeLessThanOrEqual(cap);
      }),
    );
  });
});
