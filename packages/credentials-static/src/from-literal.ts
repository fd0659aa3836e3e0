import { type CredentialProvider, type Credentials, snapshotCredentials } from '@ossgrant/credentials-core';

/**
 * Makes a provider from credentials at hand. It keeps a frozen, redacted copy: later changes of the argument have no effect,
 * and logging the provider does not show the secret.
 *
 * @throws CredentialError `INVALID_CONFIG` when a field is missing or malformed
 */
export function fromLiteral(credentials: Credentials): CredentialProvider {
  const snapshot = snapshotCredentials(credentials);
  return { getCredentials: async () => snapshot };
}
