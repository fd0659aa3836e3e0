/** When cached credentials are renewed, as time left before their end, in milliseconds. */
export interface RefreshWindows {
  /** At or below: hand out, and renew in the background. */
  readonly advisoryMs: number;
  /** At or below: renew first, hand out the old ones only when that fails. */
  readonly mandatoryMs: number;
  /** At or below: never hand out. */
  readonly guardMs: number;
}

/**
 * Windows for credentials that live `lifetimeMs`: a quarter of the life, between 30 seconds and an hour, less up to a fifth
 * so that many processes do not renew in step.
 *
 * @param jitter uniform in [0, 1), drawn once for each fetched key
 */
export function refreshWindows(lifetimeMs: number, jitter: number): RefreshWindows {
  const widest = Math.min(Math.max(lifetimeMs * 0.25, 30_000), 3_600_000);
  const advisoryMs = widest * (1 - 0.2 * jitter);
  const mandatoryMs = Math.min(60_000, advisoryMs / 3);
  return { advisoryMs, mandatoryMs, guardMs: Math.min(5_000, mandatoryMs / 4) };
}
