import type { PolicyCondition, SessionPolicy, SessionPolicyStatement } from './session-policy.ts';

const ACTIONS: Readonly<Record<string, string>> = {
  'oss:GetObject': 'downloading',
  'oss:GetObjectVersion': 'downloading former versions of',
  'oss:ListObjects': 'listing',
};

type Describe = (values: string) => string;

const CONDITIONS: Readonly<Record<string, Describe>> = {
  'Bool acs:SecureTransport': (value) => (value === 'true' ? 'over https only' : 'over plain http only'),
  'IpAddress acs:SourceIp': (values) => `from ${values} only`,
  'DateLessThan acs:CurrentTime': (value) => `before ${value}`,
  'StringLike oss:Prefix': (values) => `for prefixes that fit ${values}`,
};

/**
 * Says in one sentence what a scope allows at most: the role's own policies still have to allow it too.
 *
 * @example explainPolicy(allowDownload({ bucket: 'my-bucket', key: 'report.pdf' }))
 * // 'Allows downloading the one object "report.pdf" of bucket "my-bucket".'
 */
export function explainPolicy(scope: SessionPolicy | 'whole-role'): string {
  if (scope === 'whole-role') return 'Allows everything that the role allows.';
  if (!scope.Statement.some(({ Effect }) => Effect === 'Allow')) return 'Allows nothing.';
  const parts = scope.Statement.map(explainStatement).join('; ');
  return `${parts.charAt(0).toUpperCase()}${parts.slice(1)}.`;
}

function explainStatement({ Effect, Action, Resource, Condition }: SessionPolicyStatement): string {
  const actions = Action.map((action) => (Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : action)).join(' and ');
  const verb = Effect === 'Allow' ? 'allows' : 'denies';
  const conditions = Condition === undefined ? [] : explainCondition(Condition);
  return [`${verb} ${actions} ${Resource.map(explainResource).join(' and ')}`, ...conditions].join(', ');
}

function explainResource(resource: string): string {
  const [, bucket, key] = /^acs:oss:\*:\*:([^/*?]+)(?:\/(.*))?$/s.exec(resource) ?? [];
  if (bucket === undefined) return `whatever fits ${JSON.stringify(resource)}`;
  if (key === undefined) return `bucket "${bucket}"`;
  if (key === '*') return `every object of bucket "${bucket}"`;
  if (!isPattern(key)) return `the one object ${JSON.stringify(key)} of bucket "${bucket}"`;
  const literal = key.slice(0, -1);
  if (key.endsWith('*') && !isPattern(literal)) {
    return `every object of bucket "${bucket}" whose key starts with ${JSON.stringify(literal)}`;
  }
  return `every object of bucket "${bucket}" whose key fits ${JSON.stringify(key)}`;
}

function explainCondition(condition: PolicyCondition): string[] {
  return Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([name, values]) => {
      const describe = CONDITIONS[`${operator} ${name}`];
      const text = values.join(' or ');
      return describe === undefined ? `if ${name} fits ${operator} ${text}` : describe(text);
    }),
  );
}

function isPattern(text: string): boolean {
  return /[*?]|\$\{/.test(text);
}
