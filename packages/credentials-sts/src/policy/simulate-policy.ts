import { matchesPattern, findOperator } from './operators.ts';
import { type PolicyInput, readPolicy } from './parse-policy.ts';
import type { PolicyCondition, SessionPolicy, SessionPolicyStatement } from './session-policy.ts';

/** A request, and the policies that it meets. */
export interface SimulateOptions {
  /** Policies of the user or the role: one Allow among them is enough. */
  readonly policies: readonly PolicyInput[];
  /** Policy of the session: it must allow, too. @default none: the session has all that the role has */
  readonly sessionPolicy?: PolicyInput;
  /** Such as `oss:GetObject`. */
  readonly action: string;
  readonly bucket: string;
  /** @default the bucket itself is meant, as for `oss:ListObjects` */
  readonly key?: string;
  /** Such as `cn-hangzhou`. @default unknown: any region that a policy names is taken for it */
  readonly region?: string;
  /** Of the bucket's owner. @default unknown: any account that a policy names is taken for it */
  readonly accountId?: string;
  /** What conditions ask for, by key: `acs:SourceIp`, `acs:SecureTransport`, `oss:Prefix`. Absent keys are not in the request. */
  readonly conditions?: Readonly<Record<string, string>>;
}

/** Where a statement stands. */
export interface MatchedStatement {
  /** Index in `policies`, or the session's policy. */
  readonly policy: number | 'session';
  /** Index in the policy. */
  readonly statement: number;
}

/** What the policies say to the request, and why. */
export interface Simulation {
  readonly decision: 'allow' | 'explicit-deny' | 'implicit-deny';
  /** Statements that led to it; empty when nothing applies. */
  readonly matched: readonly MatchedStatement[];
  readonly why: string;
  /** Condition keys that the policies ask for and that were not given: they count as absent. */
  readonly absentKeys: readonly string[];
}

interface Match extends MatchedStatement {
  readonly effect: 'Allow' | 'Deny';
}

/**
 * Says what RAM would answer: one Deny outweighs all; otherwise the user's or role's policies must allow it, and the session's
 * policy, too. Bucket policies and ACLs are not looked at: they can allow more, and deny.
 *
 * @throws SessionPolicyError `INVALID_POLICY` for a policy that cannot be understood
 */
export function simulatePolicy(options: SimulateOptions): Simulation {
  const policies = options.policies.map(readPolicy);
  const sessionPolicy = options.sessionPolicy === undefined ? undefined : readPolicy(options.sessionPolicy);
  const own = policies.flatMap((policy, index) => matchesOf(policy, index, options));
  const session = sessionPolicy === undefined ? [] : matchesOf(sessionPolicy, 'session', options);
  const all = sessionPolicy === undefined ? policies : [...policies, sessionPolicy];
  const absentKeys = absentKeysOf(all, options.conditions ?? {});
  const end = (decision: Simulation['decision'], matches: readonly Match[], why: string): Simulation => ({
    decision,
    matched: matches.map(({ policy, statement }) => ({ policy, statement })),
    why,
    absentKeys,
  });

  const denies = [...own, ...session].filter(({ effect }) => effect === 'Deny');
  const [first] = denies;
  if (first !== undefined)
    return end('explicit-deny', denies, `${nameOf(first)} denies it, and one Deny outweighs all`);
  const what = `${options.action} on ${subjectOf(options)}`;
  if (own.length === 0) return end('implicit-deny', [], `no statement of the policies allows ${what}`);
  if (sessionPolicy !== undefined && session.length === 0) {
    return end('implicit-deny', own, `the role's policies allow ${what}, but no statement of the session policy does`);
  }
  const allows = [...own, ...session];
  return end('allow', allows, `${allows.map(nameOf).join(' and ')} ${allows.length === 1 ? 'allows' : 'allow'} it`);
}

function matchesOf({ Statement }: SessionPolicy, policy: number | 'session', options: SimulateOptions): Match[] {
  return Statement.flatMap((statement, index) =>
    applies(statement, options) ? [{ policy, statement: index, effect: statement.Effect }] : [],
  );
}

function applies({ Action, Resource, Condition }: SessionPolicyStatement, options: SimulateOptions): boolean {
  const action = options.action.toLowerCase();
  return (
    // Actions ignore case; resources do not.
    Action.some((pattern) => matchesPattern(pattern.toLowerCase(), action)) &&
    Resource.some((pattern) => pattern === '*' || fitsResource(pattern, options)) &&
    (Condition === undefined || holds(Condition, options.conditions ?? {}))
  );
}

// Field by field: a wildcard in the account's field must not swallow the bucket.
function fitsResource(pattern: string, { bucket, key, region, accountId }: SimulateOptions): boolean {
  const [, scheme = '', service = '', place = '', account = '', path = ''] =
    /^([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s.exec(pattern) ?? [];
  return (
    scheme === 'acs' &&
    matchesPattern(service, 'oss') &&
    (region === undefined || matchesPattern(place, `oss-${region}`)) &&
    (accountId === undefined || matchesPattern(account, accountId)) &&
    matchesPattern(path, key === undefined ? bucket : `${bucket}/${key}`)
  );
}

function holds(condition: PolicyCondition, facts: Readonly<Record<string, string>>): boolean {
  return Object.entries(condition).every(([name, keys]) => {
    const operator = findOperator(name);
    return Object.entries(keys).every(([key, wanted]) => {
      const actual = Object.hasOwn(facts, key) ? facts[key] : undefined;
      if (operator === undefined || actual === undefined) return operator?.negated === true;
      return wanted.some((value) => operator.fits(actual, value)) !== operator.negated;
    });
  });
}

function absentKeysOf(policies: readonly SessionPolicy[], facts: Readonly<Record<string, string>>): readonly string[] {
  const asked = policies
    .flatMap(({ Statement }) => Statement)
    .flatMap(({ Condition = {} }) => Object.values(Condition).flatMap((keys) => Object.keys(keys)));
  return [...new Set(asked)].filter((key) => !Object.hasOwn(facts, key)).sort();
}

function nameOf({ policy, statement }: MatchedStatement): string {
  return `statement ${statement + 1} of ${policy === 'session' ? 'the session policy' : `policy ${policy + 1}`}`;
}

function subjectOf({ bucket, key }: SimulateOptions): string {
  return key === undefined ? `bucket "${bucket}"` : `object ${JSON.stringify(key)} of bucket "${bucket}"`;
}
