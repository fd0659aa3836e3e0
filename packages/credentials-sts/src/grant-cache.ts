import { cached, type CachedProvider, type CacheOptions, toProvider } from '@ossgrant/credentials-core';
import { defined, optional, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import { assumeRole, type AssumeRoleOptions, SESSION_OPTIONS, type SessionOptions } from './assume-role.ts';
import { STS_OPTIONS, type StsOptions } from './client/sts-client.ts';

/** The options that all grants of a cache share. */
export interface GrantCacheOptions extends StsOptions, Pick<AssumeRoleOptions, 'caller'> {
  /**
   * Maximum of remembered providers; the one unused for longest is forgotten first.
   *
   * @default 1000
   */
  readonly limit?: number;
  /** Options of each provider's cache. */
  readonly cache?: Omit<CacheOptions, 'keepWarm'>;
}

/** One grant: everything that distinguishes its credentials from another's. */
export interface Grant extends SessionOptions, Pick<AssumeRoleOptions, 'externalId'> {}

const check = optionsCheck<GrantCacheOptions>(
  'createGrantCache',
  {
    ...STS_OPTIONS,
    caller: takes.credentials,
    limit: optional(takes.number),
    // Each cache checks its own.
    cache: optional(takes.object),
  },
  { credentials: 'caller', max: 'limit' },
);
const checkGrant = optionsCheck<Grant>(
  'a grant',
  { ...SESSION_OPTIONS, externalId: optional(takes.text) },
  { policy: 'scope' },
);

/** Providers by grant. */
export interface GrantCache {
  /** Returns the same provider for equal grants, so that they share one call of STS. */
  provider(grant: Grant): CachedProvider;
  /** Aborts fetches in flight and refuses further calls of all providers. */
  close(): Promise<void>;
}

/**
 * Remembers a provider for each grant of an application server. The key holds role, session name, policy, duration and external
 * id, and the cache has one caller and one endpoint: nobody ever gets a token that was made for another.
 *
 * @throws TypeError, RangeError for options that cannot be right
 */
export function createGrantCache(options: GrantCacheOptions): GrantCache {
  check(options);
  const { limit = 1000, cache = {}, ...shared } = options;
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError('limit must be a whole number above 0');
  const caller = toProvider(options.caller, defined({ clock: cache.clock }));
  const providers = new Map<string, CachedProvider>();
  return {
    provider(grant) {
      checkGrant(grant);
      const { roleArn, sessionName, scope, durationSeconds = 3600, externalId } = grant;
      const id = JSON.stringify([roleArn, sessionName, scope, durationSeconds, externalId ?? null]);
      // Field by field: STS must not see anything that is not in the key.
      const session = {
        roleArn,
        sessionName,
        scope,
        durationSeconds,
        ...defined({ externalId }),
      };
      const provider = providers.get(id) ?? cached(assumeRole({ ...shared, ...session, caller }), cache);
      // A map keeps the order of insertion: its first provider is the one unused for longest.
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
