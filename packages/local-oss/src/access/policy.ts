import { parseConditions } from './parse-conditions.ts';
import type { Condition } from './conditions.ts';
import { listOf, PolicySyntaxError, recordOf, textsOf } from './policy-json.ts';

/** One statement of a policy. */
export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  /** Bucket policies only: who it is about. */
  readonly Principal?: readonly string[];
  readonly Condition?: Condition;
}

/** A policy, in one shape: single values made lists. */
export interface PolicyDocument {
  readonly Version: '1';
  readonly Statement: readonly PolicyStatement[];
}

/** What kind of policy a text is: bucket policies name principals, trust policies have no resource. */
export type PolicyKind = 'ram' | 'bucket' | 'trust';

const KNOWN: Readonly<Record<PolicyKind, readonly string[]>> = {
  ram: ['Effect', 'Action', 'Resource', 'Condition', 'Sid'],
  bucket: ['Effect', 'Action', 'Resource', 'Condition', 'Sid', 'Principal'],
  trust: ['Effect', 'Action', 'Condition', 'Sid', 'Principal'],
};

const ACTION = /^[\w*?-]+:[\w*?]+$/;
// `acs:service:region:account:name`.
const RESOURCE = /^acs(:[^:]*){3}:./s;

/**
 * Reads a policy text strictly: what is not understood is refused, so that nothing is granted, and no Deny skipped, by
 * mistake.
 *
 * @throws PolicySyntaxError
 */
export function parsePolicy(text: string, kind: PolicyKind = 'ram'): PolicyDocument {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new PolicySyntaxError('the policy is not valid JSON');
  }
  const document = recordOf(json, 'the policy');
  if (document['Version'] !== '1') throw new PolicySyntaxError('Version must be "1"');
  const statements = listOf(document['Statement']);
  if (statements.length === 0) throw new PolicySyntaxError('Statement is missing');
  return { Version: '1', Statement: statements.map((statement) => parseStatement(statement, kind)) };
}

function parseStatement(value: unknown, kind: PolicyKind): PolicyStatement {
  const statement = recordOf(value, 'a statement');
  const unknown = Object.keys(statement).find((name) => !KNOWN[kind].includes(name));
  if (unknown !== undefined) throw new PolicySyntaxError(`a statement has an unknown element "${unknown}"`);
  const effect = statement['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicySyntaxError('Effect must be "Allow" or "Deny"');
  return {
    Effect: effect,
    Action: patternsOf(statement['Action'], 'Action', ACTION),
    Resource: kind === 'trust' ? ['*'] : patternsOf(statement['Resource'], 'Resource', RESOURCE),
    ...(kind === 'ram' ? {} : { Principal: parsePrincipal(statement['Principal'], kind) }),
    ...(statement['Condition'] === undefined ? {} : { Condition: parseConditions(statement['Condition']) }),
  };
}

// A pattern in another form would match nothing, and a Deny with it would be no Deny.
function patternsOf(value: unknown, name: string, form: RegExp): readonly string[] {
  const patterns = textsOf(value, name);
  const wrong = patterns.find((pattern) => pattern !== '*' && !form.test(pattern));
  if (wrong !== undefined) throw new PolicySyntaxError(`"${wrong}" is no ${name}`);
  return patterns;
}

// `["*"]` in bucket policies, `{"RAM": ["acs:ram::1:root"]}` in trust policies.
function parsePrincipal(value: unknown, of: PolicyKind): readonly string[] {
  const isBare = typeof value !== 'object' || value === null || Array.isArray(value);
  if (isBare && of === 'bucket') return textsOf(value, 'Principal');
  const entries = Object.entries(recordOf(value, 'Principal'));
  const unknown = entries.find(([name]) => !['RAM', 'Service', 'Federated'].includes(name));
  if (unknown !== undefined) throw new PolicySyntaxError(`Principal has an unknown element "${unknown[0]}"`);
  // The kind stays: who is trusted as a user is not thereby trusted as an identity provider.
  return entries.flatMap(([kind, names]) => textsOf(names, `Principal ${kind}`).map((name) => `${kind}:${name}`));
}
