/** Runs `now` where it is, or `later` in another thread. */
export type Promptly = <T>(now: () => T, later: () => Promise<T>) => Promise<T>;

const LIMIT_MS = 1;
const WEIGHT = 1 / 32;
const PAUSE_MS = 10_000;

/**
 * For calls that a healthy disk answers from memory: handing one to another thread takes several times as long as the call itself,
 * and it is this thread's time. Where they take long (a disk behind a network, or one that is too busy), other threads do the
 * waiting, for ten seconds: as soon as 32 take a millisecond each, or one takes 32.
 */
export function createPromptly(monotonic: () => number): Promptly {
  let mean = 0;
  let slowUntil = -Infinity;
  return async (now, later) => {
    const since = monotonic();
    if (since < slowUntil) return later();
    try {
      return now();
    } finally {
      const at = monotonic();
      mean += (at - since - mean) * WEIGHT;
      if (mean >= LIMIT_MS) {
        mean = 0;
        slowUntil = at + PAUSE_MS;
      }
    }
  };
}

/** All files are taken to be on one disk. */
export const promptly: Promptly = createPromptly(() => performance.now());
