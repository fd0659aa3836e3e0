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

const START = 4;
const WINDOW_MS = 100;
// Twice the connections must bring at least this much more, or the server or this machine is at its limit already.
const WORTHWHILE = 1.25;
// In bytes a millisecond. At such a speed it is likely the processor that is at its limit, and one connection costs the least of it.
const FAST = 200_000;
// After this long without a refusal one connection more is tried.
const RECOVERY_MS = 10_000;

/**
 * Starts with a few connections; tries one alone when they are fast, else doubles them as long as that brings more; has fewer when the server refuses some.
 */
export function createConnectionCount({ monotonic, max }: ConnectionCountOptions): ConnectionCount {
  let count = Math.min(START, max);
  let settled = count === max;
  let before = 0;
  // What one alone is compared with.
  let several: { readonly count: number; readonly speed: number } | undefined;
  let since = monotonic();
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
      if (elapsed < WINDOW_MS) return count;
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
