/** What the pause after a failed fetch depends on. */
export interface RetryDelayOptions {
  /** Failures in a row, this one included. */
  readonly failures: number;
  /** Whether the issuer said that trying again does not help. */
  readonly permanent: boolean;
  /** Life of the credentials at hand. Absent: there are none that serve. */
  readonly remainingMs?: number;
  /** What the issuer asked for. */
  readonly retryAfterMs?: number;
  /** Uniform in [0, 1). */
  readonly jitter: number;
}

const SHORTEST_MS = 250;
const LONGEST_MS = 60_000;

/**
 * Pause before the next fetch, in milliseconds: doubles from one second (30 seconds when a person must act), jittered over
 * its upper half, never above a minute (five while permanent and credentials still serve), and never above a quarter of the
 * life that is left, so that a failure close to the end is tried again in time.
 */
export function retryDelayMs(options: RetryDelayOptions): number {
  const { failures, permanent, remainingMs, retryAfterMs = 0, jitter } = options;
  const longest = permanent && remainingMs !== undefined ? 300_000 : LONGEST_MS;
  const doubled = Math.min((permanent ? 30_000 : 1_000) * 2 ** (failures - 1), longest);
  const wanted = Math.max(doubled * (0.5 + 0.5 * jitter), Math.min(retryAfterMs, LONGEST_MS));
  // With nothing to hand out, callers are failed at once during the pause: a whole second keeps a hot loop away.
  if (remainingMs === undefined) return Math.max(wanted, 1_000);
  return Math.max(Math.min(wanted, Math.max(1_000, remainingMs / 4)), SHORTEST_MS);
}
