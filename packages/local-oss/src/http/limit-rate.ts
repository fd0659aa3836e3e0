import { setTimeout as delay } from 'node:timers/promises';

/** Time, as a rate limit sees it. */
export interface Pace {
  /** Milliseconds that only ever go forward. */
  now(): number;
  wait(ms: number): Promise<void>;
}

/** Real time, until the signal is aborted. */
export function realPace(signal: AbortSignal): Pace {
  return { now: () => performance.now(), wait: (ms) => delay(ms, undefined, { signal }) };
}

const PIECE_MS = 50;

/** Passes bytes on at most at the given rate, in pieces of a twentieth of a second. */
export async function* limitRate(
  source: AsyncIterable<Buffer>,
  bitsPerSecond: number,
  pace: Pace,
): AsyncGenerator<Buffer> {
  const bytesPerMs = bitsPerSecond / 8000;
  const piece = Math.max(1, Math.floor(bytesPerMs * PIECE_MS));
  let due = pace.now();
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += piece) {
      const part = chunk.subarray(at, at + piece);
      // A client that stalled may catch up on one piece, not on all that it missed.
      due = Math.max(due, pace.now() - PIECE_MS) + part.length / bytesPerMs;
      const early = due - pace.now();
      if (early > 0) await pace.wait(early);
      yield part;
    }
  }
}
