import { readClock, systemClock } from '../clock.ts';
import type { CachedProvider, CredentialRequest, Credentials, CredentialSource } from '../contracts.ts';
import { bareError } from '../basics/bare-error.ts';
import { CredentialError } from '../credential-error.ts';
import { checkArgument, optionsCheck, takes } from '../basics/options.ts';
import { answered, begun, failed, rejected } from './cache-changes.ts';
import { CACHE_OPTIONS, type CacheOptions, checkRequest, type CredentialEvent, settledEvent } from './cache-options.ts';
import { decide, EMPTY_STATE, isUsable, pausedForMs, type CacheState, type CacheDecision } from './cache-state.ts';
import { fetchOnce, sleep, createWaiters } from './one-fetch.ts';
import { keep, remainingMs } from './renewal.ts';

const MAX_TIMER_MS = 2 ** 31 - 1;
const SHORTEST_MS = 1_000;

const checkOptions = optionsCheck('cached', CACHE_OPTIONS);
const REASON = takes.oneOf('expired', 'unknown-key', 'invalid-token');

/**
 * Makes a provider from a source: one fetch at a time, shared by all who wait; renewed in the background before the end; an expired key
 * is never handed out. After a failure the earlier credentials serve while they last; without any, calls fail at once until the pause
 * is over. The pause grows to a minute, and to five when a person must act and credentials still serve.
 *
 * @throws TypeError when the source or an option is mistyped, or an option unknown
 */
export function cached(source: CredentialSource, options: CacheOptions = {}): CachedProvider {
  checkArgument('cached', 'source', source, takes.source);
  checkOptions(options);
  const { clock = systemClock, random = Math.random, timeoutMs = 25_000, keepWarm = false, onEvent } = options;
  const closing = new AbortController();
  const waitFor = createWaiters();
  const warmer = createWarmer(wake);
  let state: CacheState = EMPTY_STATE;
  let inFlight: Promise<CredentialError | undefined> | undefined;
  let holding: Promise<void> | undefined;

  const usable = (): Credentials | undefined =>
    state.kept !== undefined && isUsable(state.kept, readClock(clock)) ? state.kept.credentials : undefined;

  const emit = (event: CredentialEvent): void => {
    try {
      onEvent?.(event);
    } catch {
      // A listener must not be able to withhold credentials.
    }
  };

  // Resolves with the failure instead of rejecting with it: nobody may be waiting.
  async function refresh(): Promise<CredentialError | undefined> {
    emit({ type: 'refresh-started', source: source.name });
    const startedAt = readClock(clock);
    const before = state;
    try {
      const fetched = await fetchOnce(source, { clock, timeoutMs, closing: closing.signal });
      const kept = keep(fetched, { startedAt, jitter: random() });
      state = answered(state, kept, { now: readClock(clock), jitter: random() });
    } catch (error) {
      state = failed(state, asCredentialError(error, source.name), { now: readClock(clock), jitter: random() });
    }
    const after = state;
    emit(settledEvent(source.name, { before, after, startedAt, now: readClock(clock) }));
    return after.lastError;
  }

  function join(): Promise<CredentialError | undefined> {
    if (inFlight !== undefined) return inFlight;
    state = begun(state);
    // Begun in a microtask: a listener that asks again finds this fetch in flight.
    inFlight = Promise.resolve()
      .then(refresh)
      .finally(() => {
        inFlight = undefined;
        warmUp();
      });
    return inFlight;
  }

  function warmUp(): void {
    if (!keepWarm || closing.signal.aborted || state.kept === undefined) return;
    const now = readClock(clock);
    const untilAdvisoryMs = remainingMs(state.kept, now) - state.kept.windows.advisoryMs;
    warmer.schedule(Math.max(untilAdvisoryMs, pausedForMs(state, now)));
  }

  function wake(): void {
    if (state.kept === undefined) return;
    const { type } = decide(state, readClock(clock), { minValidityMs: 0, held: true });
    if (type === 'use-and-refresh' || type === 'refresh') void join();
    else warmUp();
  }

  async function hold(ms: number): Promise<void> {
    holding ??= sleep(ms, closing.signal).finally(() => {
      holding = undefined;
    });
    return holding;
  }

  async function follow(decision: CacheDecision, request: CredentialRequest): Promise<Credentials> {
    if (decision.type === 'use') return decision.credentials;
    if (decision.type === 'fail') throw decision.error;
    if (decision.type === 'use-and-refresh') {
      void join();
      return decision.credentials;
    }
    if (decision.type === 'hold') {
      await waitFor(hold(decision.ms), request.signal);
      return follow(ask(request, { held: true }), request);
    }
    const error = await waitFor(join(), request.signal);
    if (closing.signal.aborted) throw closed(source.name);
    const credentials = usable();
    if (credentials !== undefined) return credentials;
    throw error ?? state.lastError ?? closed(source.name);
  }

  function ask({ minValidityMs = 0 }: CredentialRequest, { held }: { readonly held: boolean }): CacheDecision {
    if (closing.signal.aborted) throw closed(source.name);
    return decide(state, readClock(clock), { minValidityMs, held });
  }

  return {
    async getCredentials(request: CredentialRequest = {}): Promise<Credentials> {
      checkRequest(request);
      request.signal?.throwIfAborted();
      return follow(ask(request, { held: false }), request);
    },

    invalidate(credentials, reason): void {
      checkArgument('invalidate', 'rejected', credentials, takes.object);
      checkArgument('invalidate', 'reason', reason, REASON);
      const before = state;
      state = rejected(state, { credentials, reason, now: readClock(clock) });
      if (state === before) return;
      emit({ type: 'invalidated', source: source.name, reason, dropped: state.kept === undefined });
    },

    async close(): Promise<void> {
      closing.abort(closed(source.name));
      warmer.stop();
      await inFlight;
    },
  };
}

/** A timer that is set again and again. */
export interface Warmer {
  /** Sets the timer anew, to a second at least; `Infinity` sets none. */
  schedule(ms: number): void;
  stop(): void;
}

/** Makes a timer that does not keep the process alive. A wait longer than a timer can count ends early: `wake` must look again. */
export function createWarmer(wake: () => void): Warmer {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    schedule(ms) {
      clearTimeout(timer);
      if (ms === Infinity) return;
      timer = setTimeout(wake, Math.min(Math.max(ms, SHORTEST_MS), MAX_TIMER_MS));
      // Node's timers keep the process alive unless unref() is called; browsers' are numbers.
      if (typeof timer === 'object') timer.unref();
    },
    stop: () => clearTimeout(timer),
  };
}

function closed(name: string): CredentialError {
  return new CredentialError(`credential source "${name}" was closed`, { code: 'UNAVAILABLE', retryable: false });
}

function asCredentialError(error: unknown, name: string): CredentialError {
  if (error instanceof CredentialError) return error;
  const message = `credential source "${name}" failed`;
  return new CredentialError(message, { code: 'UNAVAILABLE', retryable: true, cause: bareError(error) });
}
