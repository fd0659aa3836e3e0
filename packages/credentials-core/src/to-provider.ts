import { CACHE_OPTIONS, type CacheOptions, checkRequest } from './cache/cache-options.ts';
import { cached } from './cache/cached.ts';
import { systemClock } from './clock.ts';
import type { Clock, CredentialInput, CredentialProvider, Credentials } from './contracts.ts';
import { type CredentialError, invalidConfig } from './credential-error.ts';
import { fixedProvider, snapshotCredentials } from './credentials.ts';
import { optionsCheck } from './basics/options.ts';

const checkOptions = optionsCheck('toProvider', CACHE_OPTIONS);

/**
 * Makes a provider from credentials in any form. A provider is returned as it is; a source or a function gets its own cache, so call
 * this once and keep the result. A literal serves until its expiration; one with a token and without an expiration for 12 hours, since
 * no token lives longer.
 *
 * @param options of the cache; for a literal only the clock counts
 * @throws CredentialError `INVALID_CONFIG` when the input is none of these, or a literal is malformed
 * @throws TypeError when an option is mistyped or unknown
 */
export function toProvider(input: CredentialInput, options: CacheOptions = {}): CredentialProvider {
  checkOptions(options);
  if (typeof input === 'function') return cached({ name: 'function', fetch: async () => input() }, options);
  if (typeof input !== 'object' || input === null) throw unusable();
  if ('getCredentials' in input && typeof input.getCredentials === 'function') return input;
  if ('fetch' in input && typeof input.fetch === 'function') return cached(input, options);
  if (!('accessKeyId' in input || 'accessKeySecret' in input)) throw unusable();
  return literal(snapshotCredentials(input as Credentials), options.clock ?? systemClock);
}

function unusable(): CredentialError {
  return invalidConfig(
    'credentials must be an object with accessKeyId and accessKeySecret, a source with fetch(), a provider with getCredentials(), or a function',
  );
}

function literal(snapshot: Credentials, clock: Clock): CredentialProvider {
  const provider = fixedProvider(snapshot, clock);
  return {
    async getCredentials(request = {}) {
      checkRequest(request);
      return provider.getCredentials(request);
    },
  };
}
