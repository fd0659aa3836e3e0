import { elapsedMs, type Instant } from '../clock.ts';
import type { Credentials } from '../contracts.ts';
import { CredentialError } from '../credential-error.ts';
import { defined } from '../basics/defined.ts';
import { remainingMs, type KeptCredentials } from './renewal.ts';

/** All that a cache knows. Only the functions of `cache-changes.ts` change it; `decide` reads it. */
export interface CacheState {
  readonly kept: KeptCredentials | undefined;
  readonly refreshing: boolean;
  /** Failed fetches in a row. */
  readonly failures: number;
  readonly lastError: CredentialError | undefined;
  /** Until it is over, no fetch begins. */
  readonly pause: { readonly from: Instant; readonly ms: number } | undefined;
  /** The credentials that a server refused last. */
  readonly rejection: { readonly credentials: Credentials; readonly at: Instant } | undefined;
  /** When a young key was reported unknown: it may not have reached every server yet. */
  readonly doubt: Instant | undefined;
}

/** The state of a cache before the first call. */
export const EMPTY_STATE: CacheState = {
  kept: undefined,
  refreshing: false,
  failures: 0,
  lastError: undefined,
  pause: undefined,
  rejection: undefined,
  doubt: undefined,
};

/** Time for a young key to reach every server, in milliseconds. */
export const REPLICATION_MS = 1_000;
// When a renewed key still falls short of a caller's wish, asking again at once will not give a longer one.
const YOUNG_MS = 30_000;

/** The question of one caller. */
export interface Question {
  readonly minValidityMs: number;
  /** Whether this caller has waited for replication already. */
  readonly held: boolean;
}

/** The answer to one caller. */
export type CacheDecision =
  /** Hand out the kept credentials. */
  | { readonly type: 'use'; readonly credentials: Credentials }
  /** The same, and fetch in the background. */
  | { readonly type: 'use-and-refresh'; readonly credentials: Credentials }
  /** Join the fetch in flight, or begin one, and wait. */
  | { readonly type: 'refresh' }
  /** Wait this long, then ask again. */
  | { readonly type: 'hold'; readonly ms: number }
  /** Fail at once, because the issuer failed a moment ago. */
  | { readonly type: 'fail'; readonly error: CredentialError };

/** Decides for one caller. Pure: it reads neither clock nor random numbers. */
export function decide(state: CacheState, now: Instant, question: Question): CacheDecision {
  const { kept } = state;
  const holdMs = state.doubt === undefined ? 0 : REPLICATION_MS - elapsedMs(state.doubt, now);
  if (holdMs > 0 && !question.held) return { type: 'hold', ms: holdMs };
  const pausedMs = pausedForMs(state, now);
  if (kept === undefined || !isUsable(kept, now)) {
    return pausedMs > 0 ? { type: 'fail', error: repeated(state.lastError, pausedMs) } : { type: 'refresh' };
  }
  const { credentials, windows } = kept;
  const leftMs = remainingMs(kept, now);
  const wish = wishCanBeMet(kept, now, question.minValidityMs);
  if ((leftMs > windows.advisoryMs && !wish) || pausedMs > 0) return { type: 'use', credentials };
  if (wish || leftMs <= windows.mandatoryMs) return { type: 'refresh' };
  return { type: 'use-and-refresh', credentials };
}

/** Whether the credentials may still be handed out. */
export function isUsable(kept: KeptCredentials, now: Instant): boolean {
  return remainingMs(kept, now) > kept.windows.guardMs;
}

/** How long no fetch may begin, in milliseconds. A fetch in flight can always be joined. */
export function pausedForMs({ pause, refreshing }: CacheState, now: Instant): number {
  return pause === undefined || refreshing ? 0 : Math.max(0, pause.ms - elapsedMs(pause.from, now));
}

// A fetch can help a wish for longer life only if a fresh key would be long enough.
function wishCanBeMet(kept: KeptCredentials, now: Instant, wishMs: number): boolean {
  const ageMs = now.monotonic - kept.startedAt.monotonic;
  return remainingMs(kept, now) < wishMs && wishMs <= kept.lifetimeMs - YOUNG_MS && ageMs > YOUNG_MS;
}

// Each caller gets an error of its own, with the first one as its cause.
function repeated(last: CredentialError | undefined, retryAfterMs: number): CredentialError {
  if (last === undefined) {
    const message = 'the credentials have expired, and new ones were requested a moment ago: try again later';
    return new CredentialError(message, { code: 'EXPIRED', retryable: true, retryAfterMs });
  }
  const { code, retryable, serviceCode, requestId, status } = last;
  return new CredentialError(last.message, {
    code,
    retryable,
    cause: last,
    retryAfterMs,
    ...defined({ serviceCode, requestId, status }),
  });
}
