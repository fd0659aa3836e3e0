import type { CacheOptions } from '../../src/cache/cache-options.ts';
import { cached } from '../../src/cache/cached.ts';
import type { CachedProvider, Credentials, FetchedCredentials } from '../../src/contracts.ts';
import { createManualClock, type ManualClock } from '../manual-clock.ts';
import { createScriptedSource, key, type ScriptedSource } from './scripted-source.ts';

export const HOUR = 3_600_000;

/** A cache over a scripted source and a clock that stands still, without jitter. */
export interface CachedFixture {
  readonly clock: ManualClock;
  readonly source: ScriptedSource;
  readonly provider: CachedProvider;
  /** Asks, and answers with a key: by default one that lives an hour. */
  warm(fetched?: FetchedCredentials): Promise<Credentials>;
  /** Moves to where this much of an hour's life is left. */
  leave(ms: number): void;
}

export function createCachedFixture(options: CacheOptions = {}): CachedFixture {
  const clock = createManualClock();
  const source = createScriptedSource();
  const provider = cached(source, { clock, random: () => 0, ...options });
  return {
    clock,
    source,
    provider,
    async warm(fetched = key(1, clock.at(HOUR))) {
      const call = provider.getCredentials();
      await source.answer(fetched);
      return call;
    },
    leave: (ms) => clock.advance(HOUR - ms),
  };
}
