import { toProvider, type CredentialInput } from '@ossgrant/signer-core';
import { credentialSource, type CredentialOptions } from './credentials.ts';

/**
 * Credentials by the default chain, asked for now. A key without an end is given as it is: it would be the same when it is
 * looked for again, so its refusal is final.
 *
 * @throws CredentialError
 */
export async function settledCredentials(options: CredentialOptions, signal: AbortSignal): Promise<CredentialInput> {
  const provider = toProvider(credentialSource(options));
  const credentials = await provider.getCredentials({ signal });
  return credentials.expiration === undefined ? credentials : provider;
}
