import type { Clock } from '@ossgrant/signer-core';

/** Keeps a mean speed. */
export interface Pacer {
  /** Waits until so many bytes more are due. Unread bytes hold the sender back by TCP. */
  pace(bytes: number, signal: AbortSignal): Promise<void>;
}

/** What a pacer works with. */
export interface PacerOptions {
  /** In bytes per second. */
  readonly limit: number;
  readonly clock: Clock;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Starts a pacer; all connections of a download share one. Time in which nothing was taken is not made up for later.
 *
 * @throws RangeError when the limit is not above 0
 */
export function createPacer({ limit, clock, sleep }: PacerOptions): Pacer {
  if (!(limit > 0)) throw new RangeError('bandwidthLimit must be above 0');
  let dueAt = clock.monotonic();
  return {
    async pace(bytes, signal): Promise<void> {
      const now = clock.monotonic();
      dueAt = Math.max(dueAt, now) + (bytes * 1000) / limit;
      if (dueAt > now) await sleep(dueAt - now, signal);
    },
  };
}
