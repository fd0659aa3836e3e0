import type { Credentials, FetchedCredentials } from './contracts.ts';
import { elapsedMs, type Instant } from './instant.ts';
import { refreshWindows, type RefreshWindows } from './refresh-windows.ts';
import { snapshotCredentials } from './snapshot-credentials.ts';

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
