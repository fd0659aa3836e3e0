/** The server's own clock: real time plus an offset that tests move. */
export interface MovableClock {
  now(): Date;
  /** Moves the clock; backwards with a negative number. */
  advance(ms: number): void;
}

/** @param start instant that the clock shows now; by default the real time */
export function createClock(start: Date | undefined): MovableClock {
  let offset = start === undefined ? 0 : start.getTime() - Date.now();
  return {
    now: () => new Date(Date.now() + offset),
    advance(ms): void {
      offset += ms;
    },
  };
}
