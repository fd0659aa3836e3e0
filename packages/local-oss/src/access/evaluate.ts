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

/** Evaluates policies together: one Deny outweighs every Allow. */
export function evaluate(policies: readonly PolicyDocument[], request: AccessRequest): Verdict {
  const matching = policies.flatMap((policy) => policy.Statement.filter((statement) => applies(statement, request)));
  if (matching.some((statement) => statement.Effect === 'Deny')) return 'explicit-deny';
  return matching.length > 0 ? 'allow' : 'no-match';
}

function applies(statement: PolicyStatement, request: AccessRequest): boolean {
  return (
    // Actions ignore case; resources do not.
    statement.Action.some((pattern) => matchesWildcard(pattern.toLowerCase(), request.action.toLowerCase())) &&
    statement.Resource.some((pattern) => pattern === '*' || matchesResource(pattern, request.resource)) &&
    (statement.Condition === undefined || conditionHolds(statement.Condition, request.facts))
  );
}

// Compared field by field, so that a wildcard in the account field cannot swallow the bucket.
function matchesResource(pattern: string, resource: string): boolean {
  const wanted = pattern.split(':');
  const actual = resource.split(':');
  const [tail, actualTail] = [wanted.slice(4).join(':'), actual.slice(4).join(':')];
  if (wanted.length < 5) return false;
  const headMatches = [0, 1, 2, 3].every((index) => matchesWildcard(wanted[index] ?? '', actual[index] ?? ''));
  return headMatches && matchesWildcard(tail, actualTail);
}
