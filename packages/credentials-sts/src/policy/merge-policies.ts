import { checkArgument, takes } from '@ossgrant/credentials-core/internal';
import { type PolicyInput, readPolicy, takesPolicy } from './parse-policy.ts';
import type { SessionPolicy, SessionPolicyStatement } from './session-policy.ts';

/**
 * Joins policies into one that allows everything that any of them allows, and denies everything that any of them denies: a grant for
 * several objects, folders or buckets. Statements that differ only in their resources become one, since STS limits the size:
 * `assumeRole` refuses a policy over 2048 bytes.
 *
 * @example mergePolicies([
 *   allowDownload({ bucket: 'my-bucket', key: 'a.pdf' }),
 *   allowDownload({ bucket: 'my-bucket', prefix: 'team-a/' }),
 * ])
 *
 * @throws TypeError without a policy
 * @throws SessionPolicyError `INVALID_POLICY` for a policy that cannot be understood
 */
export function mergePolicies(policies: readonly PolicyInput[]): SessionPolicy {
  checkArgument('mergePolicies', 'policies', policies, takes.listOf(takesPolicy));
  if (policies.length === 0) throw new TypeError('mergePolicies: policies must hold at least one policy');
  const merged = new Map<string, SessionPolicyStatement>();
  for (const statement of policies.flatMap((policy) => readPolicy(policy).Statement)) {
    const id = JSON.stringify([statement.Effect, statement.Action, statement.Condition]);
    const resources = new Set([...(merged.get(id)?.Resource ?? []), ...statement.Resource]);
    merged.set(id, { ...statement, Resource: [...resources] });
  }
  return { Version: '1', Statement: [...merged.values()] };
}
