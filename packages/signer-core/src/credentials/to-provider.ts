import { cached } from './cached.ts';
import type { CredentialInput, CredentialProvider } from './contracts.ts';
import { invalidConfig } from './credential-error.ts';
import { snapshotCredentials } from './snapshot-credentials.ts';

/**
 * Makes a provider of whatever was given for credentials. A provider is returned as it is; a source or a function gets a
 * cache of its own, so call this once and keep the result.
 *
 * @throws CredentialError `INVALID_CONFIG` when a literal is malformed
 */
export function toProvider(input: CredentialInput): CredentialProvider {
  if (typeof input === 'function') return cached({ name: 'function', fetch: async () => input() });
  if (typeof input !== 'object' || input === null) {
    throw invalidConfig('credentials must be a literal, a source, a provider or a function');
  }
  if ('getCredentials' in input) return input;
  if ('fetch' in input) return cached(input);
  const snapshot = snapshotCredentials(input);
  return { getCredentials: async () => snapshot };
}
