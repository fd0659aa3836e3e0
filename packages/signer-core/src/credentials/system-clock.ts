import type { Clock } from './contracts.ts';

/** The platform's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
