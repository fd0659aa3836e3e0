/** The server's clock: real time plus an offset that tests change. */
export interface MovableClock {
  /** Time of the server, which it compares with signatures and tokens. */
  now(): Date;
  /** Moves the clock by so many milliseconds, backwards if negative. */
  advance(ms: number): void;
}

/** @param start time of the clock now; `undefined` for the real time */
export function createClock(start: Date | undefined): MovableClock {
  let offset = start === undefined ? 0 : start.getTime() - Date.now();
  return {
    now: () => new Date(Date.now() + offset),
    advance(ms): void {
      offset += ms;
    },
  };
}
