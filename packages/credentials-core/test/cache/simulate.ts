import type { CacheOptions } from '../../src/cache/cache-options.ts';
import { cached } from '../../src/cache/cached.ts';
import type { CachedProvider, Credentials, FetchedCredentials } from '../../src/contracts.ts';
import { CredentialError } from '../../src/credential-error.ts';
import { createManualClock, type ManualClock } from '../manual-clock.ts';

/** An issuer in simulated time, and a caller that asks it through a cache. */
export interface Simulation {
  readonly clock: ManualClock;
  readonly provider: CachedProvider;
  /** Instants of the fetches, by the monotonic clock. */
  readonly tries: readonly number[];
  /** Asks each `stepMs` for `durationMs`. */
  run(durationMs: number, stepMs: number): Promise<Outcome>;
}

/** What the caller got. */
export interface Outcome {
  readonly served: number;
  readonly errors: number;
  /** Served after their expiration. */
  readonly expired: number;
  /** Monotonic instant of the last call that failed. */
  readonly lastErrorAt: number | undefined;
}

/** Simulates an issuer whose fetch answers at once with what `issue` returns, and fails with what it throws. */
export function simulate(issue: (clock: ManualClock) => FetchedCredentials, options: CacheOptions = {}): Simulation {
  const clock = createManualClock();
  const tries: number[] = [];
  const fetch = async (): Promise<FetchedCredentials> => {
    tries.push(clock.monotonic());
    return issue(clock);
  };
  const provider = cached({ name: 'simulated', fetch }, { clock, random: lcg(7), ...options });

  async function ask(): Promise<Credentials | CredentialError> {
    try {
      return await provider.getCredentials();
    } catch (error) {
      if (error instanceof CredentialError) return error;
      throw error;
    }
  }

  async function run(durationMs: number, stepMs: number): Promise<Outcome> {
    const end = clock.monotonic() + durationMs;
    let [served, errors, expired] = [0, 0, 0];
    let lastErrorAt: number | undefined;
    while (clock.monotonic() < end) {
      const answer = await ask();
      if (answer instanceof CredentialError) {
        errors += 1;
        lastErrorAt = clock.monotonic();
      } else {
        served += 1;
        if ((answer.expiration?.getTime() ?? Infinity) <= clock.now()) expired += 1;
      }
      clock.advance(stepMs);
    }
    return { served, errors, expired, lastErrorAt };
  }

  return { clock, provider, tries, run };
}

/** Differences between neighbours. */
export function gaps(instants: readonly number[]): number[] {
  return instants.slice(1).map((instant, index) => instant - (instants[index] ?? Number.NaN));
}

// The same jitter in each run.
function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
