import { elapsedMs, type Instant } from '../clock.ts';
import type { Credentials, FetchedCredentials } from '../contracts.ts';
import { invalidConfig } from '../credential-error.ts';
import { snapshotCredentials } from '../credentials.ts';
import { defined } from '../basics/defined.ts';

/** When to renew cached credentials: time left before their end, in milliseconds. */
export interface RefreshWindows {
  /** At or below: hand out, and renew in the background. */
  readonly advisoryMs: number;
  /** At or below: renew first, hand out the old ones only when that fails. */
  readonly mandatoryMs: number;
  /** At or below: never hand out. */
  readonly guardMs: number;
}

/**
 * Computes the windows of credentials that live `lifetimeMs`: a quarter of the life, between 30 seconds and an hour, less up to a
 * fifth, so that many processes do not renew in step.
 *
 * @param jitter uniform in [0, 1), drawn once for each fetched key
 */
export function refreshWindows(lifetimeMs: number, jitter: number): RefreshWindows {
  const widest = Math.min(Math.max(lifetimeMs * 0.25, 30_000), 3_600_000);
  const advisoryMs = widest * (1 - 0.2 * jitter);
  const mandatoryMs = Math.min(60_000, advisoryMs / 3);
  return { advisoryMs, mandatoryMs, guardMs: Math.min(5_000, mandatoryMs / 4) };
}

/** Fetched credentials, with the facts from which their age is measured. */
export interface KeptCredentials {
  readonly credentials: Credentials;
  /** When the fetch began: the life is counted from there, so that a slow response never lengthens it. */
  readonly startedAt: Instant;
  /** `Infinity` for keys that do not expire. */
  readonly lifetimeMs: number;
  /** How far the server's clock is ahead of this machine's, in milliseconds. Absent: the server sent no time. */
  readonly skewMs?: number;
  readonly windows: RefreshWindows;
}

// Without a limit, a temporary key without an expiration would be used for ever.
const UNKNOWN_LIFETIME_MS = 600_000;
// `new Date(null)` is 1970: a missing Date header must not make a key live for half a century.
const EARLIEST_DATE = Date.UTC(2020);
const BELIEVABLE_SKEW_MS = 24 * 3_600_000;

/** Options of `keep`. */
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
    ...defined({ skewMs: server === undefined ? undefined : server - startedAt.wall }),
  };
}

/** Time left, in milliseconds: negative after the end. */
export function remainingMs(kept: KeptCredentials, now: Instant): number {
  return kept.lifetimeMs - elapsedMs(kept.startedAt, now);
}

// A machine without a battery starts in 1970: then the server is believed.
function believable(serverDate: Date | undefined, wall: number): number | undefined {
  if (serverDate === undefined) return undefined;
  if (!(serverDate instanceof Date)) throw invalidConfig('serverDate must be a Date');
  const ms = serverDate.getTime();
  if (!(ms >= EARLIEST_DATE)) return undefined;
  return Math.abs(ms - wall) <= BELIEVABLE_SKEW_MS || wall < EARLIEST_DATE ? ms : undefined;
}

function lifetimeOf(credentials: Credentials, issuedAt: number): number {
  if (credentials.expiration !== undefined) return credentials.expiration.getTime() - issuedAt;
  return credentials.securityToken === undefined ? Infinity : UNKNOWN_LIFETIME_MS;
}

/** Options of `retryDelayMs`. */
export interface RetryDelayOptions {
  /** Failures in a row, this one included. */
  readonly failures: number;
  /** Whether the failure is one that trying again does not mend. */
  readonly permanent: boolean;
  /** Remaining life of the kept credentials. Absent: there are none that serve. */
  readonly remainingMs?: number;
  /** The pause that the issuer requested. */
  readonly retryAfterMs?: number;
  /** Uniform in [0, 1). */
  readonly jitter: number;
}

const SHORTEST_MS = 250;
const LONGEST_MS = 60_000;

/**
 * Computes the pause before the next fetch, in milliseconds: it doubles from one second (30 seconds when a person must act), spread over
 * its upper half, up to a minute (five minutes when a person must act and credentials still serve), and up to a quarter of the
 * remaining life, so that the next try comes before the end.
 */
export function retryDelayMs(options: RetryDelayOptions): number {
  const { failures, permanent, remainingMs: leftMs, retryAfterMs = 0, jitter } = options;
  const longest = permanent && leftMs !== undefined ? 300_000 : LONGEST_MS;
  const doubled = Math.min((permanent ? 30_000 : 1_000) * 2 ** (failures - 1), longest);
  const wanted = Math.max(doubled * (0.5 + 0.5 * jitter), Math.min(retryAfterMs, LONGEST_MS));
  // With nothing to hand out, callers fail at once during the pause: a whole second prevents a hot loop.
  if (leftMs === undefined) return Math.max(wanted, 1_000);
  return Math.max(Math.min(wanted, Math.max(1_000, leftMs / 4)), SHORTEST_MS);
}
