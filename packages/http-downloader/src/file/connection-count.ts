/** Decides how many connections are worth having. */
export interface ConnectionCount {
  /** Tells of bytes that came; returns how many connections there should be now. */
  received(bytes: number): number;
}

/** What the decision is made from. */
export interface ConnectionCountOptions {
  /** In milliseconds. */
  readonly monotonic: () => number;
  readonly max: number;
}

const START = 4;
const WINDOW_MS = 200;
// Twice the connections must bring at least this much more, or the server or this machine is at its limit already.
const WORTHWHILE = 1.25;

/** Starts with a few connections and doubles them as long as that brings more. */
export function createConnectionCount({ monotonic, max }: ConnectionCountOptions): ConnectionCount {
  let count = Math.min(START, max);
  let settled = count === max;
  let before = 0;
  let since = monotonic();
  let bytes = 0;
  return {
    received(more): number {
      if (settled) return count;
      bytes += more;
      const elapsed = monotonic() - since;
      if (elapsed < WINDOW_MS) return count;
      const speed = bytes / elapsed;
      settled = speed < before * WORTHWHILE;
      if (!settled) count = Math.min(count * 2, max);
      settled ||= count === max;
      before = speed;
      bytes = 0;
      since = monotonic();
      return count;
    },
  };
}
