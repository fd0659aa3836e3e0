import type { Clock } from '../src/contracts.ts';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Time passes: both readings move. */
  advance(ms: number): void;
  /** Somebody sets the wall clock: the monotonic reading stays. */
  setWall(ms: number): void;
  /** The machine sleeps: only the wall clock moves. */
  sleep(ms: number): void;
  at(ms: number): Date;
}

export function createManualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let wall = start;
  let monotonic = 5_000;
  return {
    now: () => wall,
    monotonic: () => monotonic,
    advance(ms) {
      wall += ms;
      monotonic += ms;
    },
    setWall(ms) {
      wall = ms;
    },
    sleep(ms) {
      wall += ms;
    },
    at: (ms) => new Date(wall + ms),
  };
}
