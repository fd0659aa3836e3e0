import { type PolicyFinding, pointer } from './finding.ts';
import { lintCondition, lintResource, namesObjects } from './lint-values.ts';
import { matchesPattern } from './operators.ts';
import { parsePolicy, type PolicyInput } from './parse-policy.ts';
import { type SessionPolicyStatement, MAX_POLICY_BYTES } from './session-policy.ts';

// Names of operations, here or elsewhere, that are no names of permissions.
const MISTAKEN: ReadonlyMap<string, string> = new Map([
  ['oss:headobject', 'oss:GetObject'],
  ['oss:getobjectmeta', 'oss:GetObject'],
  ['oss:selectobject', 'oss:GetObject'],
  ['oss:getsymlink', 'oss:GetObject'],
  ['oss:listbucket', 'oss:ListObjects'],
  ['oss:getbucket', 'oss:ListObjects'],
  ['oss:listobjectsv2', 'oss:ListObjects'],
]);

/** What is wrong with one action. */
export function lintAction(
  action: string,
  path: string,
  effect: SessionPolicyStatement['Effect'],
): readonly PolicyFinding[] {
  const meant = MISTAKEN.get(action.toLowerCase());
  if (meant !== undefined) {
    const message = `there is no permission ${action}`;
    return [{ code: 'NO_SUCH_ACTION', severity: 'warning', path, message, fix: `write "${meant}", which covers it` }];
  }
  if (effect === 'Deny' || !/[*?]/.test(action)) return [];
  const isAll = action === '*' || /^[^:]*:\*$/.test(action);
  const message = isAll
    ? `"${action}" also allows to write and delete, and to change who may do what`
    : `"${action}" also fits actions that are not meant, and those that are yet to come`;
  const fix = 'list the actions one by one: "oss:GetObject" is enough to download';
  return [{ code: 'WIDE_ACTION', severity: isAll ? 'error' : 'warning', path, message, fix }];
}

// In lower case: RAM ignores the case of actions.
const OF_OBJECTS = ['oss:getobject', 'oss:getobjectversion', 'oss:putobject', 'oss:deleteobject'];
const LIST = 'oss:listobjects';

/** What is wrong with one statement. A wide Deny is no grant, so only an Allow is looked at for width. */
export function lintStatement(statement: SessionPolicyStatement, index: number): readonly PolicyFinding[] {
  const { Effect, Action, Resource, Condition } = statement;
  const path = pointer('/Statement', index);
  const common = [
    ...Action.flatMap((action, at) => lintAction(action, pointer(`${path}/Action`, at), Effect)),
    ...lintCondition(Condition ?? {}, `${path}/Condition`, Effect),
    ...lintMatches(Action, Resource, path),
  ];
  if (Effect === 'Deny') return common;
  const resources = Resource.flatMap((resource, at) => lintResource(resource, pointer(`${path}/Resource`, at)));
  return [...common, ...resources, ...lintListing(statement, path), ...lintTransport(statement, path)];
}

function lintMatches(actions: readonly string[], resources: readonly string[], path: string): readonly PolicyFinding[] {
  const objects = resources.map(namesObjects);
  return actions.flatMap((action, at): readonly PolicyFinding[] => {
    const where = pointer(`${path}/Action`, at);
    if (action.toLowerCase() === LIST && objects.every((kind) => kind === 'objects')) {
      const message = `${action} is asked for the bucket, and no resource here is one`;
      return [never(where, message, 'add the bucket without a key: "acs:oss:*:*:my-bucket"')];
    }
    if (OF_OBJECTS.includes(action.toLowerCase()) && objects.every((kind) => kind === 'bucket')) {
      const message = `${action} is asked for objects, and every resource here is a bucket`;
      return [never(where, message, 'add a key or a folder: "acs:oss:*:*:my-bucket/dir/*"')];
    }
    return [];
  });
}

function never(path: string, message: string, fix: string): PolicyFinding {
  return { code: 'NEVER_MATCHES', severity: 'warning', path, message, fix };
}

function lintListing({ Action, Condition = {} }: SessionPolicyStatement, path: string): readonly PolicyFinding[] {
  const at = Action.findIndex((action) => matchesPattern(action.toLowerCase(), LIST));
  const limited = ['StringLike', 'StringEquals'].some((operator) => Condition[operator]?.['oss:Prefix'] !== undefined);
  if (at === -1 || limited) return [];
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
      message: 'it also holds for plain http, where others can read what is sent',
      fix: 'add "Condition": {"Bool": {"acs:SecureTransport": ["true"]}}',
    },
  ];
}

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
