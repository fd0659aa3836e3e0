import type { CacheOptions } from './cache/cache-options.ts';
import { cached } from './cache/cached.ts';
import { systemClock } from './clock.ts';
import type { Clock, CredentialInput, CredentialProvider, Credentials } from './contracts.ts';
import { CredentialError, invalidConfig } from './credential-error.ts';
import { snapshotCredentials } from './credentials.ts';

/**
 * Makes a provider of whatever was given for credentials. A provider is returned as it is; a source or a function gets a
 * cache of its own, so call this once and keep the result. A literal with an expiration serves until then.
 *
 * @param options of the cache; for a literal only the clock counts
 * @throws CredentialError `INVALID_CONFIG` when a literal is malformed
 */
export function toProvider(input: CredentialInput, options: CacheOptions = {}): CredentialProvider {
  if (typeof input === 'function') return cached({ name: 'function', fetch: async () => input() }, options);
  if (typeof input !== 'object' || input === null) {
    throw invalidConfig('credentials must be a literal, a source, a provider or a function');
  }
  if ('getCredentials' in input) return input;
  if ('fetch' in input) return cached(input, options);
  return literal(snapshotCredentials(input), options.clock ?? systemClock);
}

function literal(snapshot: Credentials, clock: Clock): CredentialProvider {
  const end = snapshot.expiration?.getTime() ?? Infinity;
  return {
    async getCredentials(request) {
      request?.signal?.throwIfAborted();
      if (end === Infinity || clock.now() < end) return snapshot;
      throw new CredentialError(
        `the credentials expired at ${new Date(end).toISOString()}: give new ones, or a source that renews them`,
        { code: 'EXPIRED', retryable: false },
      );
    },
  };
}
