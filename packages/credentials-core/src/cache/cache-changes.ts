import { elapsedMs, type Instant } from '../clock.ts';
import type { Credentials, RejectionReason } from '../contracts.ts';
import { CredentialError } from '../credential-error.ts';
import { sameCredentials } from '../credentials.ts';
import { defined } from '../basics/defined.ts';
import { isUsable, pausedForMs, REPLICATION_MS, type CacheState } from './cache-state.ts';
import { remainingMs, type KeptCredentials, retryDelayMs } from './renewal.ts';

/** When something happened, with a number uniform in [0, 1) to spread what follows. */
export interface Moment {
  readonly now: Instant;
  readonly jitter: number;
}

// A key with less life than this is at its end, as an issuer's own cache may return it.
const SHORT_MS = 30_000;
// After this time a refused key may be used again: the refusal itself may have been the mistake.
const REJECTION_MEMORY_MS = 60_000;
const REPLICATING_MS = 30_000;
const FORCED_GAP_MS = 5_000;

/** Notes that a fetch began. */
export function begun(state: CacheState): CacheState {
  return { ...state, refreshing: true };
}

/** Notes that a fetch failed. */
export function failed(state: CacheState, error: CredentialError, { now, jitter }: Moment): CacheState {
  const failures = state.failures + 1;
  const { kept } = state;
  const ms = retryDelayMs({
    failures,
    // The source may be configured by the next call, and asking again costs the issuer nothing.
    permanent: !error.retryable && error.code !== 'NOT_CONFIGURED',
    jitter,
    ...defined({
      remainingMs: kept !== undefined && isUsable(kept, now) ? remainingMs(kept, now) : undefined,
      retryAfterMs: error.retryAfterMs,
    }),
  });
  return { ...state, refreshing: false, failures, lastError: error, pause: { from: now, ms } };
}

/**
 * Notes that a fetch returned credentials. Worse credentials never replace better ones: those that live too briefly, or that a server
 * has just refused, count as a failure; those that improve nothing change nothing.
 */
export function answered(state: CacheState, fetched: KeptCredentials, moment: Moment): CacheState {
  const { now } = moment;
  const problem = problemOf(state, fetched, now);
  if (problem !== undefined) return failed(state, problem, moment);
  const kept = improves(state.kept, fetched, now) ? fetched : (state.kept as KeptCredentials);
  const leftMs = remainingMs(kept, now);
  // An issuer that does not renew yet is asked now and then, not at each call.
  const early = leftMs <= kept.windows.advisoryMs || kept === state.kept;
  const pause = early ? { from: now, ms: Math.max(1_000, Math.min(60_000, leftMs / 4)) } : undefined;
  const doubt = kept === state.kept ? state.doubt : undefined;
  return { ...state, kept, refreshing: false, failures: 0, lastError: undefined, pause, doubt };
}

/**
 * Notes that a server refused credentials. A report about another key than the kept one changes nothing, and neither does the first
 * report that a young temporary key is unknown. Otherwise the key is dropped; its successor is fetched at most once in five seconds.
 */
export function rejected(
  state: CacheState,
  report: { readonly credentials: Credentials; readonly reason: RejectionReason; readonly now: Instant },
): CacheState {
  const { kept, doubt, rejection } = state;
  const { credentials, reason, now } = report;
  if (kept === undefined || !sameCredentials(kept.credentials, credentials)) return state;
  const young = kept.credentials.securityToken !== undefined && elapsedMs(kept.startedAt, now) < REPLICATING_MS;
  if (reason === 'unknown-key' && young) {
    if (doubt === undefined) return { ...state, doubt: now };
    if (elapsedMs(doubt, now) < REPLICATION_MS) return state;
  }
  const gapMs = rejection === undefined ? 0 : FORCED_GAP_MS - elapsedMs(rejection.at, now);
  // While the issuer fails, its own pause counts: a rejection does not justify asking more often.
  const pauseMs = Math.max(gapMs, state.failures > 0 ? pausedForMs(state, now) : 0);
  return {
    ...state,
    kept: undefined,
    doubt: undefined,
    rejection: { credentials: kept.credentials, at: now },
    lastError: state.lastError ?? refused(reason),
    pause: pauseMs > 0 ? { from: now, ms: pauseMs } : undefined,
  };
}

function refused(reason: RejectionReason): CredentialError {
  return new CredentialError(`the server refused the credentials (${reason})`, {
    code: 'DENIED',
    retryable: true,
  });
}

function problemOf(state: CacheState, fetched: KeptCredentials, now: Instant): CredentialError | undefined {
  const { kept, rejection } = state;
  const again = rejection !== undefined && sameCredentials(rejection.credentials, fetched.credentials);
  if (again && elapsedMs(rejection.at, now) < REJECTION_MEMORY_MS) {
    const message = 'the issuer still returns the credentials that the server refused';
    return new CredentialError(message, { code: 'DENIED', retryable: true });
  }
  const leftMs = remainingMs(fetched, now);
  const better = kept !== undefined && isUsable(kept, now) && remainingMs(kept, now) > leftMs;
  if (isUsable(fetched, now) && !(leftMs < SHORT_MS && better)) return undefined;
  const message =
    leftMs <= 0
      ? 'the issuer returned credentials that have already expired: check the clock of this machine'
      : `the issuer returned credentials that expire in ${Math.ceil(leftMs / 1000)} s`;
  return new CredentialError(message, { code: 'EXPIRED', retryable: true });
}

function improves(kept: KeptCredentials | undefined, fetched: KeptCredentials, now: Instant): boolean {
  if (kept === undefined || !isUsable(kept, now)) return true;
  const sameKey = sameCredentials(kept.credentials, fetched.credentials);
  const sameEnd = kept.credentials.expiration?.getTime() === fetched.credentials.expiration?.getTime();
  // The same key again brings news only when the server's time comes with it.
  if (sameKey && sameEnd) return fetched.skewMs !== undefined;
  return remainingMs(fetched, now) > remainingMs(kept, now);
}
