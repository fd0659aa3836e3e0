/** The server's clock: real time plus an offset that tests change. */
export interface MovableClock {
  /** Time of the server, which it compares with signatures and tokens. */
  now(): Date;
  /** Moves the clock by so many milliseconds, backwards if negative. */
  advance(ms: number): void;
}
