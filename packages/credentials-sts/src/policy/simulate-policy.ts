import { optional, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import { assertBucket, assertKey } from '@ossgrant/signer-core';
import { actionsMatching, intendedAction, listsKeys } from './actions.ts';
import { findOperator, matchesPattern } from './operators.ts';
import { type PolicyInput, readPolicy, takesPolicy } from './parse-policy.ts';
import { covers, readResource } from './resources.ts';
import type { PolicyCondition, SessionPolicy, SessionPolicyStatement } from './session-policy.ts';

/** A request and the policies that decide on it. */
export interface SimulateOptions {
  /** Policies of the user or the role. One Allow among them is enough. */
  readonly policies: readonly PolicyInput[];
  /** Policy of the session, which must allow the request, too. @default none: the session may do what the role may do */
  readonly sessionPolicy?: PolicyInput;
  /** Action of OSS, without wildcards, such as `oss:GetObject`. */
  readonly action: string;
  /** Bucket name. */
  readonly bucket: string;
  /** Object key. Required for actions on objects; absent for those on a bucket, such as `oss:ListObjects`. */
  readonly key?: string;
  /** Such as `cn-hangzhou`. @default any region that a policy names */
  readonly region?: string;
  /** Account of the bucket's owner. @default any account that a policy names */
  readonly accountId?: string;
  /** The request's values for conditions, by key: `acs:SourceIp`, `acs:SecureTransport`, `oss:Prefix`. The request lacks other keys. */
  readonly conditions?: Readonly<Record<string, string>>;
}

const check = optionsCheck<SimulateOptions>(
  'simulatePolicy',
  {
    policies: takes.listOf(takesPolicy),
    sessionPolicy: optional(takesPolicy),
    action: takes.text,
    bucket: takes.text,
    key: optional(takes.text),
    region: optional(takes.text),
    accountId: optional(takes.text),
    conditions: optional(takes.textMap),
  },
  { policy: 'policies', scope: 'sessionPolicy', condition: 'conditions' },
);

/** The place of a statement. */
export interface MatchedStatement {
  /** Index in `policies`, or the session's policy. */
  readonly policy: number | 'session';
  /** Index in the policy. */
  readonly statement: number;
}

/** The decision on a request, and its reason. */
export interface Simulation {
  /** `explicit-deny`: a Deny applies. `implicit-deny`: no Allow applies. */
  readonly decision: 'allow' | 'explicit-deny' | 'implicit-deny';
  /** Statements that decided; empty when none applies. */
  readonly matched: readonly MatchedStatement[];
  /** The reason, in words. */
  readonly why: string;
  /** Condition keys that the policies test and that were not given. The request is taken to lack them. */
  readonly absentKeys: readonly string[];
}

interface Match extends MatchedStatement {
  readonly effect: 'Allow' | 'Deny';
}

/**
 * Predicts the decision of RAM: one Deny outweighs all; otherwise the user's or role's policies must allow the request, and the
 * session's policy must, too. Bucket policies and ACLs are not considered: they can allow more, and deny.
 *
 * @throws SessionPolicyError `INVALID_POLICY` for a policy that cannot be understood
 * @throws TypeError for options that are missing, mistyped or unknown, an action that OSS does not have, or one that cannot be on
 *   this bucket or object
 * @throws SigningError for a bucket name or a key that OSS would refuse
 */
export function simulatePolicy(options: SimulateOptions): Simulation {
  check(options);
  assertPossible(options);
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

// A decision on a request that nobody can make would mislead.
function assertPossible({ action, bucket, key, conditions = {} }: SimulateOptions): void {
  assertBucket(bucket);
  if (key !== undefined) assertKey(key);
  if (!/^oss:\w+$/i.test(action)) throw new TypeError('action must be one action of OSS, such as "oss:GetObject"');
  const [known] = actionsMatching(action);
  const intended = known === undefined ? intendedAction(action) : undefined;
  if (intended !== undefined) throw new TypeError(`OSS has no action "${action}": write "${intended}"`);
  if (known?.target === 'object' && key === undefined) {
    throw new TypeError(`requests for ${known.name} name an object: give a key`);
  }
  if (known?.target === 'bucket' && key !== undefined) {
    const listing = listsKeys(known) ? ', and give the prefix as conditions["oss:Prefix"]' : '';
    throw new TypeError(`requests for ${known.name} name a bucket: leave the key out${listing}`);
  }
  const foreign = ['oss:Prefix', 'oss:Delimiter'].find((name) => Object.hasOwn(conditions, name));
  if (known !== undefined && !listsKeys(known) && foreign !== undefined) {
    throw new TypeError(`requests for ${known.name} have no ${foreign}: only listings do`);
  }
}

function matchesOf({ Statement }: SessionPolicy, policy: number | 'session', options: SimulateOptions): Match[] {
  return Statement.flatMap((statement, index) =>
    applies(statement, options) ? [{ policy, statement: index, effect: statement.Effect }] : [],
  );
}

function applies({ Action, Resource, Condition }: SessionPolicyStatement, options: SimulateOptions): boolean {
  const action = options.action.toLowerCase();
  return (
    // RAM ignores the case of actions, and not that of resources.
    Action.some((pattern) => matchesPattern(pattern.toLowerCase(), action)) &&
    Resource.some((text) => covers(readResource(text), options)) &&
    (Condition === undefined || holds(Condition, options.conditions ?? {}))
  );
}

function holds(condition: PolicyCondition, facts: Readonly<Record<string, string>>): boolean {
  return Object.entries(condition).every(([name, keys]) => {
    const operator = findOperator(name);
    return Object.entries(keys).every(([key, wanted]) => {
      const actual = Object.hasOwn(facts, key) ? facts[key] : undefined;
      if (operator === undefined || actual === undefined) return operator?.negated === true;
      return wanted.some((value) => operator.matches(actual, value)) !== operator.negated;
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
