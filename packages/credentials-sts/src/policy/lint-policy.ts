import { checkArgument } from '@ossgrant/credentials-core/internal';
import { type PolicyFinding, pointer } from './finding.ts';
import { lintAction, lintCondition, lintResource } from './lint-values.ts';
import { parsePolicy, type PolicyInput, takesPolicy } from './parse-policy.ts';
import { readStatement, type StatementReading } from './read-statement.ts';
import { MAX_POLICY_BYTES, type SessionPolicyStatement } from './session-policy.ts';

/**
 * Finds what is wrong with a session policy: what STS would refuse, what grants more than one download, what never applies. The
 * result is empty for a policy that names its actions, one object or one folder, and https.
 *
 * @param policy `'whole-role'` is the scope of that name, which has no policy
 * @throws TypeError for anything but a string or an object
 */
export function lintPolicy(policy: PolicyInput): readonly PolicyFinding[] {
  checkArgument('lintPolicy', 'the policy', policy, takesPolicy);
  if (policy === 'whole-role') return [WHOLE_ROLE];
  const { policy: parsed, problems, text } = parsePolicy(policy);
  const size = problems.some(({ code }) => code === 'TOO_LARGE') ? [] : lintSize(text);
  if (parsed === undefined) return [...problems, ...size];
  const allows = parsed.Statement.some(({ Effect }) => Effect === 'Allow');
  return [...size, ...(allows ? [] : [ALLOWS_NOTHING]), ...parsed.Statement.flatMap(lintStatement)];
}

const WHOLE_ROLE: PolicyFinding = {
  code: 'WHOLE_ROLE',
  severity: 'error',
  path: '',
  message: 'without a session policy the session may do everything that the role may do',
  fix: 'give a policy: allowDownload writes one for an object or a folder',
};

const ALLOWS_NOTHING: PolicyFinding = {
  code: 'ALLOWS_NOTHING',
  severity: 'warning',
  path: '/Statement',
  message: 'no statement allows anything, and everything that is not allowed is denied',
  fix: 'add a statement with "Effect": "Allow"',
};

function lintSize(text: string): readonly PolicyFinding[] {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= MAX_POLICY_BYTES) return [];
  const message = `the policy has ${bytes} bytes, and STS accepts at most ${MAX_POLICY_BYTES}`;
  return [
    { code: 'TOO_LARGE', severity: 'error', path: '', message, fix: 'name fewer objects, or sign a URL for each' },
  ];
}

function lintStatement(statement: SessionPolicyStatement, index: number): readonly PolicyFinding[] {
  const { Effect, Action, Resource, Condition } = statement;
  const path = pointer('/Statement', index);
  const reading = readStatement(statement);
  const common = [
    ...lintReading(reading, path, Effect),
    ...lintCondition(Condition ?? {}, `${path}/Condition`, Effect),
  ];
  // A wide Deny grants nothing.
  if (Effect === 'Deny') return common;
  return [
    ...Action.flatMap((action, at) => lintAction(action, pointer(`${path}/Action`, at))),
    ...common,
    ...Resource.flatMap((resource, at) => lintResource(resource, pointer(`${path}/Resource`, at))),
    ...lintListing(statement, reading, path),
    ...lintTransport(statement, path),
  ];
}

function lintReading(
  { actions, impossible }: StatementReading,
  path: string,
  effect: SessionPolicyStatement['Effect'],
): readonly PolicyFinding[] {
  // A Deny without effect leaves more rights than it seems to.
  const severity = effect === 'Deny' ? 'error' : 'warning';
  return [
    ...actions.flatMap(({ problem }, at): readonly PolicyFinding[] => {
      if (problem === undefined) return [];
      const { code, reason, fix } = problem;
      return [{ code, severity, path: pointer(`${path}/Action`, at), message: reason, fix }];
    }),
    ...impossible.map(({ index, reason }): PolicyFinding => {
      const fix = 'write it like "acs:oss:*:*:my-bucket/dir/*"';
      return {
        code: 'IMPOSSIBLE_RESOURCE',
        severity,
        path: pointer(`${path}/Resource`, index),
        message: reason,
        fix,
      };
    }),
  ];
}

function lintListing(
  { Condition = {} }: SessionPolicyStatement,
  { actions }: StatementReading,
  path: string,
): readonly PolicyFinding[] {
  const at = actions.findIndex(({ lists, resources }) => lists && resources.length > 0);
  const isLimited = ['StringLike', 'StringEquals', 'StringEqualsIgnoreCase'].some(
    (operator) => Condition[operator]?.['oss:Prefix'] !== undefined,
  );
  if (at === -1 || isLimited) return [];
  return [
    {
      code: 'LIST_WITHOUT_PREFIX',
      severity: 'warning',
      path: pointer(`${path}/Action`, at),
      message: 'every key of the bucket may be listed',
      fix: 'add "Condition": {"StringLike": {"oss:Prefix": ["dir/*"]}}',
    },
  ];
}

function lintTransport({ Condition = {} }: SessionPolicyStatement, path: string): readonly PolicyFinding[] {
  const values = Condition['Bool']?.['acs:SecureTransport'] ?? [];
  if (values.length > 0 && values.every((value) => value.toLowerCase() === 'true')) return [];
  return [
    {
      code: 'PLAIN_HTTP',
      severity: 'info',
      path,
      message: 'it also holds for plain http, where others can read the traffic',
      fix: 'add "Condition": {"Bool": {"acs:SecureTransport": ["true"]}}',
    },
  ];
}
