import fc from 'fast-check';
import { expect, it } from 'vitest';
import { playCache, type Step } from './cache-model.ts';

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 300);

const HOUR = 3_600_000;
const ms = fc.oneof(
  fc.integer({ min: 1, max: 2_000 }),
  fc.integer({ min: 1, max: 120_000 }),
  fc.integer({ max: HOUR, min: 1 }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('advance' as const), ms }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('sleep' as const), ms }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('step-wall' as const), ms: fc.integer({ min: -HOUR, max: HOUR }) }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('ask' as const),
      minValidityMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, ms),
      abort: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('answer' as const),
      lifeMs: fc.oneof(fc.integer({ min: 30_000, max: 900_000 }), fc.constant(HOUR)),
      again: fc.boolean(),
      serverDate: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('storm' as const) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('fail' as const), retryable: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('invalidate' as const),
      which: fc.constantFrom('current' as const, 'older' as const),
    }),
  },
);

it(
  'whatever happens in whatever order: one fetch at a time, no expired, refused or torn key, no lost call, 16 tries a minute',
  { timeout: 600_000 },
  async () => {
    let tries = 0;
    const steps = fc.array(step, { minLength: 1, maxLength: 80, size: 'max' });
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const outcome = await playCache(history);
        tries += outcome.tries;
        expect(outcome.broken).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    // A model that never comes to the issuer would hold whatever the cache did.
    expect(tries).toBeGreaterThan(RUNS);
    console.log(`cache model: ${RUNS} histories, ${tries} fetches, no guarantee broken`);
  },
);
