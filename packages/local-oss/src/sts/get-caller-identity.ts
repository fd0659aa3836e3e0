import type { StsCall } from './sts-call.ts';
import { stsFailure } from './sts-failure.ts';

/** The answer of GetCallerIdentity, as STS words it. */
export interface CallerIdentity {
  readonly AccountId: string;
  readonly Arn: string;
  readonly IdentityType: 'RAMUser' | 'AssumedRoleUser';
  readonly PrincipalId: string;
  readonly UserId?: string;
  readonly RoleId?: string;
}

/** Says who the caller is; nobody needs a permission for it. */
export function getCallerIdentity(call: StsCall): CallerIdentity {
  const { caller, context } = call;
  if (caller.kind === 'anonymous') throw stsFailure(403, 'NoPermission', 'You are not authorized to do this action.');
  const common = { AccountId: context.account.id, Arn: caller.arn, PrincipalId: caller.id };
  if (caller.kind === 'user') return { ...common, IdentityType: 'RAMUser', UserId: caller.id };
  return { ...common, IdentityType: 'AssumedRoleUser', RoleId: caller.id.split(':')[0] ?? '' };
}
