import { conditionHolds, type ConditionFacts } from './conditions.ts';
import type { PolicyDocument, PolicyStatement } from './policy.ts';
import { matchesWildcard } from './wildcard.ts';

/** What somebody wants to do. */
export interface AccessRequest {
  /** Such as `oss:GetObject`. */
  readonly action: string;
  /** Such as `acs:oss:oss-cn-hangzhou:1000000000000001:bucket/key`. */
  readonly resource: string;
  readonly facts: ConditionFacts;
}

/** What policies say: nothing said is no. */
export type Verdict = 'allow' | 'explicit-deny' | 'no-match';

/** A verdict and the statements that led to it, for people. */
export interface Evaluation {
  readonly verdict: Verdict;
  readonly trace: readonly string[];
}

/**
 * Evaluates policies together: one Deny outweighs every Allow.
 *
 * @param name what the policies are called in the trace, such as `RAM policy`
 * @param principals names that the caller goes by; statements with a Principal apply only to one of them
 */
export function evaluate(
  name: string,
  policies: readonly PolicyDocument[],
  request: AccessRequest,
  principals: readonly string[] = [],
): Evaluation {
  const matching = policies.flatMap((policy, policyIndex) =>
    policy.Statement.flatMap((statement, index) =>
      applies(statement, request, principals) ? [{ statement, at: `${policyIndex + 1}, statement ${index + 1}` }] : [],
    ),
  );
  const denied = matching.filter(({ statement }) => statement.Effect === 'Deny');
  const counted = denied.length > 0 ? denied : matching;
  const trace = counted.map(({ statement, at }) => `${name} ${at}: ${statement.Effect} ${statement.Action.join(', ')}`);
  if (denied.length > 0) return { verdict: 'explicit-deny', trace };
  if (matching.length > 0) return { verdict: 'allow', trace };
  return { verdict: 'no-match', trace: [`${name}: no statement of ${policies.length} matches`] };
}

function applies(statement: PolicyStatement, request: AccessRequest, principals: readonly string[]): boolean {
  return (
    (statement.Principal === undefined || matchesPrincipal(statement.Principal, principals)) &&
    // Actions ignore case; resources do not.
    statement.Action.some((pattern) => matchesWildcard(pattern.toLowerCase(), request.action.toLowerCase())) &&
    statement.Resource.some((pattern) => pattern === '*' || matchesResource(pattern, request.resource)) &&
    (statement.Condition === undefined || conditionHolds(statement.Condition, request.facts))
  );
}

function matchesPrincipal(wanted: readonly string[], principals: readonly string[]): boolean {
  return wanted.some((pattern) => pattern === '*' || principals.some((name) => matchesWildcard(pattern, name)));
}

// Compared field by field, so that a wildcard in the account field cannot swallow the bucket.
function matchesResource(pattern: string, resource: string): boolean {
  const wanted = pattern.split(':');
  const actual = resource.split(':');
  const [tail, actualTail] = [wanted.slice(4).join(':'), actual.slice(4).join(':')];
  const headMatches = [0, 1, 2, 3].every((index) => matchesWildcard(wanted[index] ?? '', actual[index] ?? ''));
  return headMatches && matchesWildcard(tail, actualTail);
}
