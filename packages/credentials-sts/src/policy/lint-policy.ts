import { MAX_POLICY_BYTES } from '../session-policy.ts';
import type { PolicyFinding } from './finding.ts';
import { lintStatement } from './lint-statement.ts';
import { parsePolicy, type PolicyInput } from './parse-policy.ts';

/**
 * Says what is wrong with a session policy: what STS would refuse, what grants more than one download, what never applies.
 * An empty list is a policy that names its actions, one object or one folder, and https.
 *
 * @param policy `'whole-role'` is the scope of that name, which has no policy
 */
export function lintPolicy(policy: PolicyInput): readonly PolicyFinding[] {
  if (policy === 'whole-role') return [WHOLE_ROLE];
  const { policy: parsed, problems } = parsePolicy(policy);
  const size = lintSize(policy);
  if (parsed === undefined) return [...problems, ...size];
  const allows = parsed.Statement.some(({ Effect }) => Effect === 'Allow');
  return [...size, ...(allows ? [] : [ALLOWS_NOTHING]), ...parsed.Statement.flatMap(lintStatement)];
}

const WHOLE_ROLE: PolicyFinding = {
  code: 'WHOLE_ROLE',
  severity: 'error',
  path: '',
  message: 'without a session policy everything that the role may do is handed out',
  fix: 'give a policy: allowDownload writes one for an object or a folder',
};

const ALLOWS_NOTHING: PolicyFinding = {
  code: 'ALLOWS_NOTHING',
  severity: 'warning',
  path: '/Statement',
  message: 'no statement allows anything, and what is not allowed is denied',
  fix: 'add a statement with "Effect": "Allow"',
};

function lintSize(policy: PolicyInput): readonly PolicyFinding[] {
  const bytes = new TextEncoder().encode(typeof policy === 'string' ? policy : JSON.stringify(policy)).length;
  if (bytes <= MAX_POLICY_BYTES) return [];
  const message = `the policy has ${bytes} bytes and STS takes ${MAX_POLICY_BYTES}`;
  return [
    { code: 'TOO_LARGE', severity: 'error', path: '', message, fix: 'name fewer objects, or sign a URL for each' },
  ];
}
