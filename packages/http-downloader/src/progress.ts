import type { Clock } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import type { Progress } from './download.ts';

/** Counts bytes and reports them, at intervals. */
export interface ProgressMeter {
  /** @param receivedBytes all so far */
  report(receivedBytes: number): void;
  /** Reports the last figure, unless it was reported. */
  finish(): void;
}

/** What a meter needs. */
export interface ProgressMeterOptions {
  readonly clock: Clock;
  readonly totalBytes?: number;
  readonly onProgress?: (progress: Progress) => void;
}

const INTERVAL_MS = 100;
// Time in which an old speed loses two thirds of its weight.
const SMOOTHING_MS = 2000;

/** Starts a meter. Errors of `onProgress` pass through. */
export function createProgressMeter({ clock, totalBytes, onProgress }: ProgressMeterOptions): ProgressMeter {
  let reported: { readonly at: number; readonly bytes: number } | undefined;
  let started: { readonly at: number; readonly bytes: number } | undefined;
  let received = 0;
  let speed: number | undefined;

  function publish(now: number): void {
    const since = reported ?? started;
    const elapsed = now - (since?.at ?? now);
    if (since !== undefined && elapsed > 0) {
      const current = ((received - since.bytes) * 1000) / elapsed;
      const weight = 1 - Math.exp(-elapsed / SMOOTHING_MS);
      speed = speed === undefined ? current : speed + (current - speed) * weight;
    }
    reported = { at: now, bytes: received };
    onProgress?.({
      receivedBytes: received,
      ...defined({ totalBytes, bytesPerSecond: speed }),
      ...remaining(speed, totalBytes, received),
    });
  }

  return {
    report(receivedBytes): void {
      if (onProgress === undefined) return;
      // A part that is fetched again does not turn the count back.
      received = Math.max(received, receivedBytes);
      const now = clock.monotonic();
      started ??= { at: now, bytes: receivedBytes };
      if (reported === undefined || now - reported.at >= INTERVAL_MS) publish(now);
    },
    finish(): void {
      if (onProgress !== undefined && reported?.bytes !== received) publish(clock.monotonic());
    },
  };
}

function remaining(
  speed: number | undefined,
  total: number | undefined,
  received: number,
): Pick<Progress, 'remainingMs'> {
  if (speed === undefined || speed <= 0 || total === undefined) return {};
  return { remainingMs: ((total - received) * 1000) / speed };
}
