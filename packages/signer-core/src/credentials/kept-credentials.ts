import type { Clock, Credentials, FetchedCredentials } from './contracts.ts';
import { CredentialError } from './credential-error.ts';
import { refreshWindows, type RefreshWindows } from './refresh-windows.ts';
import { snapshotCredentials } from './snapshot-credentials.ts';

/** Fetched credentials with what their age is measured by. */
export interface KeptCredentials {
  readonly credentials: Credentials;
  /** Clock readings when the fetch began: the life is counted from there, so that a slow answer never lengthens it. */
  readonly startedAt: { readonly wall: number; readonly monotonic: number };
  /** `Infinity` for a key that does not expire. */
  readonly lifetimeMs: number;
  readonly windows: RefreshWindows;
}

// A temporary key without an expiration would otherwise be used for ever.
const UNKNOWN_LIFETIME_MS = 600_000;
// `new Date(null)` is 1970: a missing Date header must not make a key live for half a century.
const EARLIEST_SERVER_DATE = Date.UTC(2020);

/** What `keep` needs beside the credentials. */
export interface KeepOptions {
  readonly startedAt: KeptCredentials['startedAt'];
  readonly clock: Clock;
  readonly jitter: number;
  readonly source: string;
}

/**
 * Takes fetched credentials into a cache.
 *
 * @throws CredentialError `INVALID_CONFIG` when they are malformed, `EXPIRED` when they have expired already
 */
export function keep(fetched: FetchedCredentials, options: KeepOptions): KeptCredentials {
  const credentials = snapshotCredentials(fetched);
  const lifetimeMs = lifetimeOf(credentials, fetched.serverDate, options.startedAt.wall);
  const windows = refreshWindows(lifetimeMs, options.jitter);
  const kept = { credentials, startedAt: options.startedAt, lifetimeMs, windows };
  // Measured now: the answer may have taken longer than the key had to live.
  if (remainingMs(kept, options.clock) <= 0) {
    throw new CredentialError(
      `credential source "${options.source}" returned credentials that have expired already: check the clock of this machine`,
      { code: 'EXPIRED', retryable: true },
    );
  }
  return kept;
}

/** Time left by the clock that says less: the wall clock may be set back, the monotonic one may stop in sleep. */
export function remainingMs(kept: KeptCredentials, clock: Clock): number {
  const elapsed = Math.max(clock.now() - kept.startedAt.wall, clock.monotonic() - kept.startedAt.monotonic);
  return kept.lifetimeMs - elapsed;
}

function lifetimeOf(credentials: Credentials, serverDate: Date | undefined, wall: number): number {
  if (credentials.expiration !== undefined) {
    const told = serverDate?.getTime() ?? Number.NaN;
    return credentials.expiration.getTime() - (told >= EARLIEST_SERVER_DATE ? told : wall);
  }
  return credentials.securityToken === undefined ? Infinity : UNKNOWN_LIFETIME_MS;
}
