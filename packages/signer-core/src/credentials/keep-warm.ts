const MAX_TIMER_MS = 2 ** 31 - 1;
const SHORTEST_MS = 1_000;

/** One timer that is set again and again. */
export interface Warmer {
  /** Replaces the timer. Never sooner than a second; `Infinity` sets none. */
  schedule(ms: number): void;
  stop(): void;
}

/** Makes a timer that keeps no process alive. A wait longer than a timer can count ends early: `wake` must look again. */
export function createWarmer(wake: () => void): Warmer {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    schedule(ms) {
      clearTimeout(timer);
      if (ms === Infinity) return;
      timer = setTimeout(wake, Math.min(Math.max(ms, SHORTEST_MS), MAX_TIMER_MS));
      // Node's timers keep the process alive unless told not to; browsers' are numbers.
      if (typeof timer === 'object') timer.unref();
    },
    stop: () => clearTimeout(timer),
  };
}
