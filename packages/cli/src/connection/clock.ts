import type { Clock } from '@ossgrant/signer-core';

/** The machine's clocks. `performance`, which the default one reads, takes a start a few milliseconds to load. */
export const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
};
