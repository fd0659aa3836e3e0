import { elapsedMs, type Instant } from '../clock.ts';
import type { Credentials, FetchedCredentials } from '../contracts.ts';
import { snapshotCredentials } from '../credentials.ts';

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

/** Fetched credentials with what their age is measured by. */
export interface KeptCredentials {
  readonly credentials: Credentials;
  /** When the fetch began: the life is counted from there, so that a slow answer never lengthens it. */
  readonly startedAt: Instant;
  /** `Infinity` for a key that does not expire. */
  readonly lifetimeMs: number;
  /** How far the server's clock is ahead of this machine's, in milliseconds. Absent: the server did not tell. */
  readonly skewMs?: number;
  readonly windows: RefreshWindows;
}

// A temporary key without an expiration would otherwise be used for ever.
const UNKNOWN_LIFETIME_MS = 600_000;
// `new Date(null)` is 1970: a missing Date header must not make a key live for half a century.
const EARLIEST_DATE = Date.UTC(2020);
const BELIEVABLE_SKEW_MS = 24 * 3_600_000;

/** What `keep` needs beside the credentials. */
export interface KeepOptions {
  readonly startedAt: Instant;
  /** Uniform in [0, 1). */
  readonly jitter: number;
}

/**
 * Measures fetched credentials.
 *
 * @throws CredentialError `INVALID_CONFIG` when they are malformed
 */
export function keep(fetched: FetchedCredentials, { startedAt, jitter }: KeepOptions): KeptCredentials {
  const credentials = snapshotCredentials(fetched);
  const server = believable(fetched.serverDate, startedAt.wall);
  const lifetimeMs = lifetimeOf(credentials, server ?? startedAt.wall);
  return {
    credentials,
    startedAt,
    lifetimeMs,
    windows: refreshWindows(lifetimeMs, jitter),
    ...(server === undefined ? {} : { skewMs: server - startedAt.wall }),
  };
}

/** Time left, in milliseconds: negative after the end. */
export function remainingMs(kept: KeptCredentials, now: Instant): number {
  return kept.lifetimeMs - elapsedMs(kept.startedAt, now);
}

// A machine without a battery starts in 1970: then it is the server that is believed.
function believable(serverDate: Date | undefined, wall: number): number | undefined {
  const told = serverDate?.getTime() ?? Number.NaN;
  if (!(told >= EARLIEST_DATE)) return undefined;
  return Math.abs(told - wall) <= BELIEVABLE_SKEW_MS || wall < EARLIEST_DATE ? told : undefined;
}

function lifetimeOf(credentials: Credentials, issuedAt: number): number {
  if (credentials.expiration !== undefined) return credentials.expiration.getTime() - issuedAt;
  return credentials.securityToken === undefined ? Infinity : UNKNOWN_LIFETIME_MS;
}

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
  const { failures, permanent, remainingMs: leftMs, retryAfterMs = 0, jitter } = options;
  const longest = permanent && leftMs !== undefined ? 300_000 : LONGEST_MS;
  const doubled = Math.min((permanent ? 30_000 : 1_000) * 2 ** (failures - 1), longest);
  const wanted = Math.max(doubled * (0.5 + 0.5 * jitter), Math.min(retryAfterMs, LONGEST_MS));
  // With nothing to hand out, callers are failed at once during the pause: a whole second keeps a hot loop away.
  if (leftMs === undefined) return Math.max(wanted, 1_000);
  return Math.max(Math.min(wanted, Math.max(1_000, leftMs / 4)), SHORTEST_MS);
}
