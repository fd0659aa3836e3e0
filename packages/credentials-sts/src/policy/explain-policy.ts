import { checkArgument } from '@ossgrant/credentials-core/internal';
import { type PolicyInput, readPolicy, takesPolicy } from './parse-policy.ts';
import { type ActionReading, readStatement, type StatementReading } from './read-statement.ts';
import type { Resource } from './resources.ts';
import type { PolicyCondition, SessionPolicyStatement } from './session-policy.ts';

const VERBS: ReadonlyMap<string, string> = new Map([
  ['oss:getobject', 'downloading'],
  ['oss:getobjectversion', 'downloading former versions of'],
  ['oss:listobjects', 'listing'],
  ['oss:listobjectversions', 'listing former versions in'],
  ['oss:putobject', 'uploading'],
  ['oss:deleteobject', 'deleting'],
]);

const GROUPS: ReadonlyMap<string, string> = new Map([
  ['oss:*', 'every action of OSS'],
  ['*', 'every action'],
]);

type Describe = (values: string) => string;

const TRANSPORTS: ReadonlyMap<string, string> = new Map([
  ['true', 'over https only'],
  ['false', 'over plain http only'],
]);

const CONDITIONS: ReadonlyMap<string, Describe> = new Map([
  ['Bool acs:SecureTransport', (value) => TRANSPORTS.get(value.toLowerCase()) ?? 'over https or plain http'],
  ['IpAddress acs:SourceIp', (values) => `from ${values} only`],
  ['NotIpAddress acs:SourceIp', (values) => `from anywhere but ${values}`],
  ['DateGreaterThan acs:CurrentTime', (value) => `after ${value}`],
  ['DateLessThan acs:CurrentTime', (value) => `before ${value}`],
  ['StringEquals oss:Prefix', (values) => `with the prefix ${values === '' ? '""' : values}`],
  ['StringLike oss:Prefix', (values) => `with prefixes that match ${values === '' ? '""' : values}`],
] satisfies [string, Describe][]);

/**
 * Explains in words what a policy allows at most: the role's own policies must also allow it. Actions and resources that no
 * request can match are named as such, as `lintPolicy` finds them.
 *
 * @param policy `'whole-role'` is the scope of that name, which has no policy
 * @example explainPolicy(allowDownload({ bucket: 'my-bucket', key: 'report.pdf' }))
 * // 'Allows downloading the one object "report.pdf" of bucket "my-bucket".'
 *
 * @throws SessionPolicyError `INVALID_POLICY` for a policy that cannot be understood
 */
export function explainPolicy(policy: PolicyInput): string {
  checkArgument('explainPolicy', 'the policy', policy, takesPolicy);
  if (policy === 'whole-role') return 'Allows everything that the role allows.';
  const read = readPolicy(policy).Statement.map((statement) => ({ statement, reading: readStatement(statement) }));
  const grants = read.some(({ statement, reading }) => statement.Effect === 'Allow' && clausesOf(reading).length > 0);
  const parts = read.flatMap(({ statement, reading }) => explainStatement(statement, reading));
  const text = grants ? parts.join('; ') : 'allows nothing';
  const dead = read.flatMap(({ reading }) => withoutEffect(reading));
  const note = dead.length === 0 ? '' : ` Without effect: ${dead.join('; ')}.`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.${note}`;
}

function explainStatement(
  { Effect, Condition = {} }: SessionPolicyStatement,
  reading: StatementReading,
): readonly string[] {
  const verb = Effect === 'Allow' ? 'allows' : 'denies';
  const conditions = explainCondition(Condition);
  return clausesOf(reading).map(({ actions, resources }) => {
    const what = `${explainActions(actions)} ${resources.map(explainResource).join(' and ')}`;
    return [`${verb} ${what}`, ...conditions].join(', ');
  });
}

interface Clause {
  readonly actions: readonly ActionReading[];
  readonly resources: readonly Resource[];
}

/** The actions of a statement that have an effect, those on the same resources together. */
function clausesOf({ actions }: StatementReading): readonly Clause[] {
  const clauses = new Map<string, Clause>();
  for (const action of actions.filter(({ resources }) => resources.length > 0)) {
    const id = JSON.stringify(action.resources.map(({ text }) => text));
    clauses.set(id, { actions: [...(clauses.get(id)?.actions ?? []), action], resources: action.resources });
  }
  return [...clauses.values()];
}

function withoutEffect({ actions, impossible }: StatementReading): readonly string[] {
  return [
    ...actions.flatMap(({ resources, problem }) =>
      resources.length > 0 || problem === undefined ? [] : [problem.reason],
    ),
    ...impossible.map(({ resource, reason }) => `${JSON.stringify(resource.text)}: ${reason}`),
  ];
}

/** "downloading and oss:Get* on": what precedes a resource. */
function explainActions(actions: readonly ActionReading[]): string {
  const verbs = actions.flatMap(({ text }) => VERBS.get(text.toLowerCase()) ?? []);
  const names = actions
    .filter(({ text }) => !VERBS.has(text.toLowerCase()))
    .map(
      ({ text, problem }) => GROUPS.get(text.toLowerCase()) ?? `${text}${problem === undefined ? '' : ' (unknown)'}`,
    );
  return [...verbs, ...(names.length === 0 ? [] : [`${names.join(' and ')} on`])].join(' and ');
}

function explainResource({ text }: Resource): string {
  if (text === '*' || text === 'acs:oss:*:*:*') return 'all buckets and objects';
  const [, bucket, key] = /^acs:oss:\*:\*:([^/*?]+)(?:\/(.*))?$/s.exec(text) ?? [];
  if (bucket === undefined) return `everything that matches ${JSON.stringify(text)}`;
  if (key === undefined) return `bucket "${bucket}"`;
  if (key === '*') return `every object of bucket "${bucket}"`;
  if (!isPattern(key)) return `the one object ${JSON.stringify(key)} of bucket "${bucket}"`;
  const literal = key.slice(0, -1);
  if (key.endsWith('*') && !isPattern(literal)) {
    return `every object of bucket "${bucket}" whose key starts with ${JSON.stringify(literal)}`;
  }
  return `every object of bucket "${bucket}" whose key matches ${JSON.stringify(key)}`;
}

function explainCondition(condition: PolicyCondition): readonly string[] {
  return Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([name, values]) => {
      const text = values.join(' or ');
      return CONDITIONS.get(`${operator} ${name}`)?.(text) ?? `if ${name} satisfies ${operator} ${text}`;
    }),
  );
}

function isPattern(text: string): boolean {
  return /[*?]|\$\{/.test(text);
}
