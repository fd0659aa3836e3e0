import { evaluate } from '../access/evaluate.ts';
import { principalsOf } from '../access/principals.ts';
import type { Role } from './account.ts';
import { callFacts } from './call-facts.ts';
import { openSession, readSessionRequest, type AssumedRole } from './open-session.ts';
import type { StsCall } from './sts-call.ts';
import { stsFailure } from './sts-failure.ts';

/**
 * Gives out temporary credentials for a role that both the caller's policies and the role's trust policy allow.
 *
 * @throws Failure with STS's codes
 */
export function assumeRole(call: StsCall): AssumedRole {
  const externalId = call.parameters.get('ExternalId');
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) {
    throw stsFailure(400, 'InvalidParameter.ExternalId', 'The parameter ExternalId is wrongly formed.');
  }
  const session = readSessionRequest(call);
  assertMayAssume(call, session.role, externalId);
  return openSession(call, session);
}

// Both must allow it: the caller's own policies and the role's trust policy.
function assertMayAssume(call: StsCall, role: Role, externalId: string | undefined): void {
  const { caller } = call;
  const facts = new Map(callFacts(call));
  if (externalId !== undefined) facts.set('sts:ExternalId', externalId);
  const wanted = { action: 'sts:AssumeRole', resource: role.arn, facts };
  const own = evaluate('RAM policy', caller.kind === 'anonymous' ? [] : caller.policies, wanted);
  const trust = evaluate('trust policy', [role.trust], wanted, principalsOf(caller));
  call.note([...own.trace, ...trust.trace]);
  if (own.verdict === 'allow' && trust.verdict === 'allow') return;
  throw stsFailure(403, 'NoPermission', 'You are not authorized to do this action. You should be authorized by RAM.');
}
