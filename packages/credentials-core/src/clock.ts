import type { Clock } from './contracts.ts';

/** The platform's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** A reading of both clocks, in milliseconds. */
export interface Instant {
  readonly wall: number;
  readonly monotonic: number;
}

/** Reads both clocks. */
export function readClock(clock: Clock): Instant {
  return { wall: clock.now(), monotonic: clock.monotonic() };
}

/**
 * Measures the time passed by the clock that shows more, in milliseconds: the wall clock may be set back, and the monotonic one may stop
 * while the machine sleeps.
 */
export function elapsedMs(from: Instant, to: Instant): number {
  return Math.max(to.wall - from.wall, to.monotonic - from.monotonic);
}
