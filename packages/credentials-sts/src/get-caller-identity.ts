import { type Clock, type CredentialInput, systemClock, toProvider } from '@ossgrant/credentials-core';
import { defined, optional, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import { asCaller } from './caller.ts';
import { field, textField } from './client/call-sts.ts';
import { createStsClient, STS_OPTIONS, type StsOptions } from './client/sts-client.ts';

const ACTION = 'GetCallerIdentity';

/** Options of `getCallerIdentity`. */
export interface GetCallerIdentityOptions extends StsOptions {
  /** The key in question: a literal, a source, a provider or a function. */
  readonly caller: CredentialInput;
  /** Ends the call early. @default it ends at its time limit */
  readonly signal?: AbortSignal;
  /** @default the platform's clocks */
  readonly clock?: Clock;
}

const check = optionsCheck<GetCallerIdentityOptions>(
  'getCallerIdentity',
  { ...STS_OPTIONS, caller: takes.credentials, signal: optional(takes.signal), clock: optional(takes.clock) },
  { credentials: 'caller' },
);

/** The owner of a key. */
export interface CallerIdentity {
  /** Account that owns the key. */
  readonly accountId: string;
  /** Such as `acs:ram::1234567890123456:user/alice`. */
  readonly arn: string;
  /** `Account`, `RAMUser` or `AssumedRoleUser`. */
  readonly identityType: string;
  /** Id of the user, or of the role and its session. */
  readonly principalId: string;
  /** Of a user or an account. */
  readonly userId?: string;
  /** Of a role's session. */
  readonly roleId?: string;
}

/**
 * Asks STS whose key this is. That needs no permission, so a failure means a wrong key and not a missing right.
 *
 * @throws TypeError for options that cannot be right, before any call; CredentialError
 */
export async function getCallerIdentity(options: GetCallerIdentityOptions): Promise<CallerIdentity> {
  check(options);
  const clock = options.clock ?? systemClock;
  const context = { signal: options.signal ?? new AbortController().signal, clock };
  const client = createStsClient(options);
  const provider = toProvider(options.caller, { clock });
  const { body } = await asCaller(provider, context, (caller) =>
    client({ action: ACTION, parameters: {}, caller }, context),
  );
  const textIn = (name: string): string | undefined => {
    const value = field(body, name);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    accountId: textField(body, 'AccountId', ACTION),
    arn: textField(body, 'Arn', ACTION),
    identityType: textField(body, 'IdentityType', ACTION),
    principalId: textField(body, 'PrincipalId', ACTION),
    ...defined({ userId: textIn('UserId'), roleId: textIn('RoleId') }),
  };
}
