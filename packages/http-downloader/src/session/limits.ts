import type { Clock } from '@ossgrant/credentials-core';
import { DownloadError } from '../download-error.ts';
import type { TimeoutOptions } from '../download.ts';

// Beyond it Node and browsers end a timer at once.
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Checks options that are counts, speeds and, where the name ends in `Ms`, durations.
 *
 * @throws RangeError for what is none, and for durations of more than 24 days
 */
export function checkNumbers(where: string, numbers: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value = Number.NaN] of Object.entries(numbers)) {
    const most = name.endsWith('Ms') ? LONGEST_MS : Infinity;
    if (value >= 0 && value <= most) continue;
    throw new RangeError(`${where}.${name} must be a number from 0${most === Infinity ? '' : ` to ${most}`}`);
  }
}

/** Timeouts with nothing left out. */
export type Timeouts = Required<TimeoutOptions>;

/** @throws RangeError for what is no duration or speed */
export function withDefaultTimeouts(options: TimeoutOptions = {}): Timeouts {
  const timeouts = {
    prepareMs: 60_000,
    connectMs: 10_000,
    headersMs: 30_000,
    bodyMs: 30_000,
    minBytesPerSecond: 1024,
    ...options,
  };
  checkNumbers('timeouts', timeouts);
  return timeouts;
}

/** Finds a connection that trickles. */
export interface SpeedWatch {
  /**
   * @param waitedMs spent waiting for these bytes; a reader's own time does not count
   * @throws DownloadError `STALLED`
   */
  received(bytes: number, waitedMs: number): void;
}

const WINDOW_MS = 30_000;

/** Watches one connection. A connection that is silent is the body timeout's business. */
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
        throw new DownloadError(`only ${Math.round(speed)} bytes a second came`, { code: 'STALLED', retryable: true });
      }
      bytes = 0;
      waited = 0;
    },
  };
}

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
