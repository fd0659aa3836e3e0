import type { Credentials } from '../credentials/contracts.ts';
import type { SigningKey } from '../hash/hash.ts';
import { scopeTextV4, type ScopeV4 } from './scope.ts';
import { signingKeyV4 } from './signing-key.ts';

/**
 * Keeps derived V4 keys for the day. Owned by the caller, bound to credentials by object identity and never by key id:
 * two keys with one id are two keys. Entries go with their credentials.
 */
export interface SigningCache {
  /** Returns the key for this scope, derived at most once. */
  signingKey(credentials: Credentials, scope: ScopeV4): SigningKey;
}

interface Entry {
  readonly secret: string;
  readonly scope: string;
  readonly key: SigningKey;
}

/** Makes an empty cache: one for each presigner or client. */
export function createSigningCache(): SigningCache {
  const entries = new WeakMap<Credentials, Entry>();
  return {
    signingKey(credentials, scope): SigningKey {
      const secret = credentials.accessKeySecret;
      const text = scopeTextV4(scope);
      const known = entries.get(credentials);
      // A plain object may have been given another secret since.
      if (known !== undefined && known.scope === text && known.secret === secret) return known.key;
      const key = signingKeyV4(secret, scope);
      entries.set(credentials, { secret, scope: text, key });
      return key;
    },
  };
}
