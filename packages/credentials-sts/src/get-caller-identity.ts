import { systemClock, toProvider, type Clock, type CredentialInput } from '@ossgrant/credentials-core';
import { asCaller } from './caller.ts';
import { field, textField } from './client/call-sts.ts';
import { createStsClient, type StsOptions } from './client/sts-client.ts';

const ACTION = 'GetCallerIdentity';

/** Options of `getCallerIdentity`. */
export interface GetCallerIdentityOptions extends StsOptions {
  readonly caller: CredentialInput;
  readonly signal?: AbortSignal;
  /** @default the platform's clocks */
  readonly clock?: Clock;
}

/** Who a key belongs to. */
export interface CallerIdentity {
  readonly accountId: string;
  /** Such as `acs:ram::1234567890123456:user/alice`. */
  readonly arn: string;
  /** `Account`, `RAMUser` or `AssumedRoleUser`. */
  readonly identityType: string;
  readonly principalId: string;
  readonly userId?: string;
  readonly roleId?: string;
}

/**
 * Asks STS whose key this is. Needs no permission, so it tells a wrong key from a missing right.
 *
 * @throws CredentialError
 */
export async function getCallerIdentity(options: GetCallerIdentityOptions): Promise<CallerIdentity> {
  const clock = options.clock ?? systemClock;
  const context = { signal: options.signal ?? new AbortController().signal, clock };
  const client = createStsClient(options);
  const provider = toProvider(options.caller, { clock });
  const { body } = await asCaller(provider, context, (caller) =>
    client({ action: ACTION, parameters: {}, caller }, context),
  );
  const [userId, roleId] = [field(body, 'UserId'), field(body, 'RoleId')];
  return {
    accountId: textField(body, 'AccountId', ACTION),
    arn: textField(body, 'Arn', ACTION),
    identityType: textField(body, 'IdentityType', ACTION),
    principalId: textField(body, 'PrincipalId', ACTION),
    ...(typeof userId === 'string' ? { userId } : {}),
    ...(typeof roleId === 'string' ? { roleId } : {}),
  };
}
