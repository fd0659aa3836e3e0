import type { CacheOptions, CredentialEvent } from './cache-options.ts';
import type { CachedProvider, Clock, CredentialRequest, Credentials, CredentialSource } from './contracts.ts';
import { CredentialError } from './credential-error.ts';
import { fetchOnce } from './fetch-once.ts';
import { keep, remainingMs, type KeptCredentials } from './kept-credentials.ts';
import { sameCredentials } from './snapshot-credentials.ts';
import { systemClock } from './system-clock.ts';
import { waitFor } from './wait-for.ts';

const MAX_TIMER_MS = 2 ** 31 - 1;
// A renewed key that still falls short of a caller's wish will not get longer by asking again at once.
const YOUNG_MS = 30_000;
// Between the tries of keepWarm while renewals fail.
const WARM_RETRY_MS = 30_000;

/**
 * Makes a provider of a source: one fetch at a time, shared by all who wait; renewed before the end; an expired key is
 * never handed out; a failed fetch is not remembered.
 */
export function cached(source: CredentialSource, options: CacheOptions = {}): CachedProvider {
  const clock: Clock = options.clock ?? systemClock;
  const random = options.random ?? Math.random;
  const timeoutMs = options.timeoutMs ?? 25_000;
  const closing = new AbortController();
  let current: KeptCredentials | undefined;
  let inFlight: Promise<KeptCredentials> | undefined;
  let warmer: ReturnType<typeof setTimeout> | undefined;

  const emit = (event: CredentialEvent): void => {
    try {
      options.onEvent?.(event);
    } catch {
      // A listener must not be able to take credentials away.
    }
  };
  const left = (): number => (current === undefined ? -Infinity : remainingMs(current, clock));
  const usable = (): boolean => current !== undefined && left() > current.windows.guardMs;

  async function refresh(): Promise<KeptCredentials> {
    emit({ type: 'refresh-started', source: source.name });
    try {
      const startedAt = { wall: clock.now(), monotonic: clock.monotonic() };
      const fetched = await fetchOnce(source, { clock, timeoutMs, closing: closing.signal });
      current = keep(fetched, { startedAt, clock, jitter: random(), source: source.name });
      const { accessKeyId, expiration } = current.credentials;
      const keyIdTail = accessKeyId.slice(-4);
      emit({ type: 'refresh-succeeded', source: source.name, keyIdTail, ...(expiration && { expiration }) });
      scheduleWarmUp(left() - current.windows.advisoryMs);
      return current;
    } catch (error) {
      const code = error instanceof CredentialError ? error.code : 'UNAVAILABLE';
      emit({ type: 'refresh-failed', source: source.name, code, stillUsable: usable() });
      if (current !== undefined) scheduleWarmUp(WARM_RETRY_MS);
      throw error;
    }
  }

  function join(): Promise<KeptCredentials> {
    if (inFlight === undefined) {
      // Begun in a microtask: whoever asks again from within, such as a listener, finds this fetch in flight.
      inFlight = Promise.resolve()
        .then(refresh)
        .finally(() => {
          inFlight = undefined;
        });
      // Everybody may have stopped waiting; a background failure is no unhandled rejection.
      inFlight.catch(() => {});
    }
    return inFlight;
  }

  function scheduleWarmUp(delay: number): void {
    clearTimeout(warmer);
    if (!options.keepWarm || closing.signal.aborted || delay === Infinity) return;
    warmer = setTimeout(() => void join().catch(() => {}), Math.min(Math.max(delay, 1_000), MAX_TIMER_MS));
    // Node's timers keep the process alive unless told not to; browsers' are numbers.
    if (typeof warmer === 'object') warmer.unref();
  }

  // A fetch can help a wish for longer life only if a fresh key would be long enough.
  function wishCanBeMet(kept: KeptCredentials, wishMs: number): boolean {
    const ageMs = clock.monotonic() - kept.startedAt.monotonic;
    return left() < wishMs && wishMs <= kept.lifetimeMs - YOUNG_MS && ageMs > YOUNG_MS;
  }

  return {
    async getCredentials(request: CredentialRequest = {}): Promise<Credentials> {
      request.signal?.throwIfAborted();
      if (closing.signal.aborted) {
        throw new CredentialError(`credential source "${source.name}" was closed`, {
          code: 'UNAVAILABLE',
          retryable: false,
        });
      }
      const now = current;
      if (now !== undefined && !wishCanBeMet(now, request.minValidityMs ?? 0)) {
        if (left() > now.windows.advisoryMs) return now.credentials;
        if (left() > now.windows.mandatoryMs) {
          void join();
          return now.credentials;
        }
      }
      try {
        return (await waitFor(join(), request.signal)).credentials;
      } catch (error) {
        if (request.signal?.aborted) throw error;
        if (current !== undefined && usable()) return current.credentials;
        throw error;
      }
    },

    invalidate(rejected, reason): void {
      if (current === undefined || !sameCredentials(current.credentials, rejected)) return;
      current = undefined;
      emit({ type: 'invalidated', source: source.name, reason });
    },

    async close(): Promise<void> {
      closing.abort();
      clearTimeout(warmer);
      await inFlight?.catch(() => {});
    },
  };
}
