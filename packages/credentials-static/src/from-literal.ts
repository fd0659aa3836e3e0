import { type CredentialProvider, type Credentials, snapshotCredentials } from '@ossgrant/credentials-core';

/**
 * Makes a provider of credentials at hand. It keeps a frozen, redacted copy: later changes of the argument do not show,
 * and the secret does not appear in logs of the provider.
 *
 * @throws CredentialError `INVALID_CONFIG` when a field is missing or malformed
 */
export function fromLiteral(credentials: Credentials): CredentialProvider {
  const snapshot = snapshotCredentials(credentials);
  return { getCredentials: async () => snapshot };
}
