import {
  type Clock,
  type CredentialInput,
  type CredentialProvider,
  type Credentials,
  type FetchContext,
  toProvider,
} from '@ossgrant/credentials-core';
import { StsRefusal } from './client/sts-refusal.ts';

/**
 * Makes the caller's provider at the first fetch, which brings the clock.
 *
 * @throws CredentialError `INVALID_CONFIG` at once when a literal is malformed
 */
export function callerProvider(input: CredentialInput): (clock: Clock) => CredentialProvider {
  toProvider(input);
  let provider: CredentialProvider | undefined;
  return (clock) => (provider ??= toProvider(input, { clock }));
}

/** Calls STS with a provider's credentials. When STS refuses them, it reports that to the provider and calls once more with the next ones. */
export async function asCaller<T>(
  provider: CredentialProvider,
  context: FetchContext,
  call: (caller: Credentials) => Promise<T>,
): Promise<T> {
  for (let last = false; ; last = true) {
    const credentials = await provider.getCredentials({ signal: context.signal, minValidityMs: 60_000 });
    try {
      return await call(credentials);
    } catch (error) {
      const reason = error instanceof StsRefusal ? error.classification.callerRejected : undefined;
      if (reason === undefined || provider.invalidate === undefined) throw error;
      provider.invalidate(credentials, reason);
      if (last) throw error;
    }
  }
}
