import { setTimeout as delay } from 'node:timers/promises';

/** Time, as a rate limit sees it. */
export interface Pace {
  /** Milliseconds that only ever go forward. */
  now(): number;
  wait(ms: number): Promise<void>;
}

/** Real time. */
export const REAL_PACE: Pace = { now: () => performance.now(), wait: async (ms) => delay(ms) };

/** Passes bytes on at most at the given rate, in pieces of a twentieth of a second. */
export async function* limitRate(
  source: AsyncIterable<Buffer>,
  bitsPerSecond: number,
  pace: Pace = REAL_PACE,
): AsyncGenerator<Buffer> {
  const bytesPerMs = bitsPerSecond / 8000;
  const piece = Math.max(1, Math.floor(bytesPerMs * 50));
  const start = pace.now();
  let sent = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += piece) {
      const part = chunk.subarray(at, at + piece);
      sent += part.length;
      const early = sent / bytesPerMs - (pace.now() - start);
      if (early > 0) await pace.wait(early);
      yield part;
    }
  }
}
