import type { PolicyCondition, SessionPolicy, SessionPolicyStatement } from './session-policy.ts';

const ACTIONS: Readonly<Record<string, string>> = {
  'oss:GetObject': 'downloading',
  'oss:GetObjectVersion': 'downloading former versions of',
  'oss:ListObjects': 'listing',
  'oss:PutObject': 'uploading',
  'oss:DeleteObject': 'deleting',
  'oss:*': 'anything that OSS can do with',
  '*': 'anything that there is to do with',
};

type Describe = (values: string) => string;

const TRANSPORTS: Readonly<Record<string, string>> = { true: 'over https only', false: 'over plain http only' };

const CONDITIONS: Readonly<Record<string, Describe>> = {
  'Bool acs:SecureTransport': (value) => TRANSPORTS[value.toLowerCase()] ?? 'over https or plain http',
  'IpAddress acs:SourceIp': (values) => `from ${values} only`,
  'NotIpAddress acs:SourceIp': (values) => `from anywhere but ${values}`,
  'DateGreaterThan acs:CurrentTime': (value) => `after ${value}`,
  'DateLessThan acs:CurrentTime': (value) => `before ${value}`,
  'StringEquals oss:Prefix': (values) => `for the prefix "${values}"`,
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
  const actions = Action.map((action) => (Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : `${action} on`)).join(
    ' and ',
  );
  const verb = Effect === 'Allow' ? 'allows' : 'denies';
  const conditions = Condition === undefined ? [] : explainCondition(Condition);
  return [`${verb} ${actions} ${Resource.map(explainResource).join(' and ')}`, ...conditions].join(', ');
}

function explainResource(resource: string): string {
  if (resource === '*' || resource === 'acs:oss:*:*:*') return 'every bucket and all that is in it';
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
