import type { Clock } from '@ossgrant/credentials-core';
import { DownloadError } from '../download-error.ts';
import type { TimeoutOptions } from '../download.ts';

// Node and browsers end a longer timer at once.
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Checks options that are counts, speeds and, where the name ends in `Ms`, durations.
 *
 * @throws RangeError for other values, and for durations of more than 24 days
 */
export function checkNumbers(where: string, numbers: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value = Number.NaN] of Object.entries(numbers)) {
    const most = name.endsWith('Ms') ? LONGEST_MS : Infinity;
    if (value >= 0 && value <= most) continue;
    throw new RangeError(`${where}.${name} must be a number from 0${most === Infinity ? '' : ` to ${most}`}`);
  }
}

/** All timeouts. */
export type Timeouts = Required<TimeoutOptions>;

const DEFAULTS: Timeouts = {
  prepareMs: 60_000,
  connectMs: 10_000,
  headersMs: 30_000,
  bodyMs: 30_000,
  minBytesPerSecond: 1024,
};

/** @throws RangeError for a duration or speed out of range */
export function withDefaultTimeouts(options?: TimeoutOptions): Timeouts {
  if (options === undefined) return DEFAULTS;
  const timeouts = { ...DEFAULTS, ...options };
  checkNumbers('timeouts', timeouts);
  return timeouts;
}

/** Finds a connection that is too slow. */
export interface SpeedWatch {
  /**
   * @param waitedMs time spent waiting for these bytes; a reader's own time does not count
   * @throws DownloadError `STALLED`
   */
  received(bytes: number, waitedMs: number): void;
}

const WINDOW_MS = 30_000;

/** Watches one connection. The body timeout ends one that is silent. */
export function createSpeedWatch(minBytesPerSecond: number): SpeedWatch {
  let bytes = 0;
  let waited = 0;
  return {
    received(more, waitedMs): void {
      bytes += more;
      waited += waitedMs;
      if (waited < WINDOW_MS) return;
      const speed = (bytes * 1000) / waited;
      if (speed < minBytesPerSecond) {
        throw new DownloadError(`the connection was too slow: ${Math.round(speed)} bytes per second`, {
          code: 'STALLED',
          retryable: true,
        });
      }
      bytes = 0;
      waited = 0;
    },
  };
}

/** Limits the mean speed. */
export interface Pacer {
  /** Waits until so many more bytes are due. TCP holds the sender back while they are not read. */
  pace(bytes: number, signal: AbortSignal): Promise<void>;
}

/** The parts of a pacer. */
export interface PacerOptions {
  /** In bytes per second. */
  readonly limit: number;
  readonly clock: Clock;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Starts a pacer; all connections of a download share one. Idle time is not made up later.
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
