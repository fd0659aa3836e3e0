import { SessionPolicyError } from '../session-policy-error.ts';
import type { SessionPolicy } from '../session-policy.ts';
import { parsePolicy, type PolicyInput } from './parse-policy.ts';

/**
 * Reads a policy that somebody wrote, and gives it in one shape: single values become lists.
 *
 * @throws SessionPolicyError `INVALID_POLICY` for what cannot be understood; `lintPolicy` tells all of it
 */
export function readPolicy(input: PolicyInput): SessionPolicy {
  const { policy, problems } = parsePolicy(input);
  if (policy !== undefined) return policy;
  const [first] = problems;
  const where = first?.path === undefined || first.path === '' ? '' : ` at ${first.path}`;
  throw new SessionPolicyError('INVALID_POLICY', `the policy cannot be used: ${first?.message}${where}: ${first?.fix}`);
}
