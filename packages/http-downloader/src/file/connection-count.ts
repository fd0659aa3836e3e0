/** Decides how many connections are worth having. */
export interface ConnectionCount {
  /** Tells of bytes that came; returns how many connections there should be now. */
  received(bytes: number): number;
  /** Tells that the server refused one of so many connections: there should be fewer, for a while. */
  refused(running: number): void;
}

/** What the decision is made from. */
export interface ConnectionCountOptions {
  /** In milliseconds. */
  readonly monotonic: () => number;
  readonly max: number;
}

const SEVERAL = 4;
const WINDOW_MS = 100;
// Twice the connections must bring at least this much more, or the server or this machine is at its limit already.
const WORTHWHILE = 1.25;
// In bytes a millisecond. At such a speed it is likely the processor that is at its limit, and one connection costs the least of it.
const FAST = 200_000;
// What lets the first one be alone: half, as the code is still cold. After so long more are tried all the same; a shorter download would
// not make up for the trial.
const FAST_ENOUGH = FAST / 2;
const ALONE_MS = 2000;
// After this long without a refusal one connection more is tried.
const RECOVERY_MS = 10_000;

/**
 * Starts with one connection. Has several when it is slow, and after a while also when it is fast: then they are kept only if they
 * are much faster. Slow ones are doubled as long as that brings more. Has fewer when the server refuses some.
 */
export function createConnectionCount({ monotonic, max }: ConnectionCountOptions): ConnectionCount {
  let count = 1;
  let settled = max === 1;
  let before = 0;
  // What one alone is compared with.
  let several: { readonly count: number; readonly speed: number } | undefined;
  const startedAt = monotonic();
  let since = startedAt;
  let bytes = 0;
  let refusal: { readonly most: number; at: number } | undefined;

  function recovered(): number {
    if (refusal !== undefined && count < refusal.most && monotonic() - refusal.at >= RECOVERY_MS) {
      count += 1;
      refusal.at = monotonic();
    }
    return count;
  }

  function next(speed: number): number {
    if (count === 1 && several === undefined) {
      return speed >= FAST_ENOUGH && since - startedAt < ALONE_MS ? 1 : Math.min(SEVERAL, max);
    }
    if (speed >= FAST && several === undefined) {
      several = { count, speed };
      return 1;
    }
    if (several !== undefined && count === 1) {
      settled = speed * WORTHWHILE >= several.speed;
      return settled ? 1 : several.count;
    }
    settled = speed < before * WORTHWHILE;
    if (settled) return Math.ceil(count / 2);
    before = speed;
    settled = count === max;
    return Math.min(count * 2, max);
  }

  return {
    received(more): number {
      if (settled) return recovered();
      bytes += more;
      const elapsed = monotonic() - since;
      // Where several are silent, more would be, too.
      if (elapsed < WINDOW_MS || (bytes === 0 && count > 1)) return count;
      count = next(bytes / elapsed);
      bytes = 0;
      since = monotonic();
      return count;
    },
    refused(running): void {
      refusal = { most: refusal?.most ?? count, at: monotonic() };
      count = Math.max(1, Math.min(count, running - 1));
      settled = true;
    },
  };
}
