import type { CredentialInput, CredentialSource } from '@ossgrant/signer-core';
import { asCaller, callerProvider } from './as-caller.ts';
import { readCredentials } from './fields.ts';
import { sessionParameters, type SessionOptions } from './session.ts';
import { createStsClient, type StsOptions } from './sts-client.ts';

const ACTION = 'AssumeRole';

/** Options of `assumeRole`. */
export interface AssumeRoleOptions extends SessionOptions, StsOptions {
  /** Who asks: a RAM user's key, or any provider for role chaining. A root account's key is refused by STS. */
  readonly caller: CredentialInput;
  /** Agreed with the role's owner against the confused deputy. */
  readonly externalId?: string;
}

/**
 * A source of temporary credentials by STS AssumeRole: each fetch is one call. `toProvider` or `cached` reuses the result.
 *
 * @example
 * const source = assumeRole({
 *   caller: fromEnvironment(),
 *   roleArn: 'acs:ram::1234567890123456:role/download',
 *   sessionName: 'alice',
 *   scope: allowDownload({ bucket: 'my-bucket', key: 'report.pdf' }),
 * });
 *
 * @throws TypeError, RangeError or SessionPolicyError for options that STS would refuse, before any call. The fetch
 *   throws a `CredentialError`.
 */
export function assumeRole(options: AssumeRoleOptions): CredentialSource {
  const { externalId } = options;
  const client = createStsClient(options);
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) {
    throw new TypeError('externalId must be 2 to 1224 letters, digits and "_ + = , . @ : / -"');
  }
  const parameters = {
    ...sessionParameters(options),
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
  };
  const provider = callerProvider(options.caller);
  return {
    name: 'sts:assume-role',
    fetch: (context) =>
      asCaller(provider(context.clock), context, async (caller) =>
        readCredentials(await client({ action: ACTION, parameters, caller }, context), ACTION),
      ),
  };
}
