import { cached, toProvider, type CacheOptions, type CachedProvider } from '@ossgrant/credentials-core';
import { assumeRole, type AssumeRoleOptions, type SessionOptions } from './assume-role.ts';
import type { StsOptions } from './client/sts-client.ts';

/** What all grants of a cache share. */
export interface GrantCacheOptions extends StsOptions, Pick<AssumeRoleOptions, 'caller'> {
  /**
   * Most providers that are remembered; the one unused for longest is forgotten first.
   *
   * @default 1000
   */
  readonly limit?: number;
  /** Options of each provider's cache. */
  readonly cache?: Omit<CacheOptions, 'keepWarm'>;
}

/** One grant: everything that makes its credentials different from another's. */
export interface Grant extends SessionOptions, Pick<AssumeRoleOptions, 'externalId'> {}

/** Providers by grant. */
export interface GrantCache {
  /** The same provider for an equal grant, so that equal grants share one call of STS. */
  provider(grant: Grant): CachedProvider;
  close(): Promise<void>;
}

/**
 * Remembers a provider for each grant of an application server. Role, session name, policy, duration and external id are
 * all in the key, and caller and endpoint belong to the cache: nobody ever gets a token that was made for another.
 */
export function createGrantCache(options: GrantCacheOptions): GrantCache {
  const { limit = 1000, cache = {}, ...shared } = options;
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError('limit must be a whole number above 0');
  const caller = toProvider(options.caller, cache.clock === undefined ? {} : { clock: cache.clock });
  const providers = new Map<string, CachedProvider>();
  return {
    provider(grant) {
      const { roleArn, sessionName, scope, durationSeconds = 3600, externalId } = grant;
      const id = JSON.stringify([roleArn, sessionName, scope, durationSeconds, externalId ?? null]);
      // Field by field: what is not in the key must not reach STS.
      const session = {
        roleArn,
        sessionName,
        scope,
        durationSeconds,
        ...(externalId === undefined ? {} : { externalId }),
      };
      const provider = providers.get(id) ?? cached(assumeRole({ ...shared, ...session, caller }), cache);
      // A map keeps the order of insertion: the first one is the one unused for longest.
      providers.delete(id);
      providers.set(id, provider);
      const [oldest] = providers.keys();
      if (providers.size > limit && oldest !== undefined) providers.delete(oldest);
      return provider;
    },
    async close() {
      await Promise.all([...providers.values()].map((provider) => provider.close()));
      providers.clear();
    },
  };
}
