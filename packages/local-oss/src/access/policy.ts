import { brandErrors } from '@ossgrant/credentials-core/internal';
import { CONDITION_KEYS, type Condition, findOperator } from './conditions.ts';

/** A policy that this server cannot evaluate. `instanceof` also recognises errors of another copy of this package. */
export class PolicySyntaxError extends Error {
  static {
    brandErrors(this, '@ossgrant/PolicySyntaxError');
  }

  /** Also after a bundler has renamed the class. */
  override readonly name = 'PolicySyntaxError';
}

/** @throws PolicySyntaxError unless the value is a string or a non-empty list of strings */
export function textsOf(value: unknown, name: string): readonly string[] {
  const values = listOf(value).map((item) => (typeof item === 'boolean' ? String(item) : item));
  if (values.length === 0 || !values.every((item) => typeof item === 'string')) {
    throw new PolicySyntaxError(`${name} must be a string or a list of strings`);
  }
  return values;
}

/** Lists unchanged, `undefined` as an empty list, any other value as a list of one. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** @throws PolicySyntaxError unless the value is a JSON object */
export function recordOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PolicySyntaxError(`${name} must be an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/**
 * Reads the Condition of a statement. An operator, key or value that this server cannot evaluate is refused: in a Deny it
 * would otherwise never hold.
 *
 * @throws PolicySyntaxError
 */
export function parseConditions(value: unknown): Condition {
  const operators = Object.entries(recordOf(value, 'Condition')).map(([name, keys]) => {
    const found = findOperator(name);
    if (found === undefined) throw new PolicySyntaxError(`Condition has an unknown operator "${name}"`);
    const parsed = Object.entries(recordOf(keys, `Condition ${name}`)).map(([key, wanted]) => {
      if (!CONDITION_KEYS.has(key)) throw new PolicySyntaxError(`local-oss cannot evaluate the condition key "${key}"`);
      const values = textsOf(wanted, key);
      const invalid = values.find((item) => !found.operator.isValid(item));
      if (invalid !== undefined) throw new PolicySyntaxError(`"${invalid}" is not a valid value for ${name}`);
      return [key, values] as const;
    });
    return [name, Object.fromEntries(parsed)] as const;
  });
  return Object.fromEntries(operators);
}

/** One statement of a policy. */
export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  /** Bucket and trust policies only: the callers that the statement covers. */
  readonly Principal?: readonly string[];
  readonly Condition?: Condition;
}

/** A policy, in one shape: single values made lists. */
export interface PolicyDocument {
  readonly Version: '1';
  readonly Statement: readonly PolicyStatement[];
}

/** Whether a statement of a bucket policy lets everybody in. */
export function isPublicStatement({ Effect, Principal }: PolicyStatement): boolean {
  return Effect === 'Allow' && Principal?.includes('*') === true;
}

/** The kinds of policy: bucket policies name principals, trust policies have no resource. */
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
 * Reads a policy strictly: an element that this server does not understand is refused, so that no access is granted and no
 * Deny is skipped by mistake.
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
  const unknown = Object.keys(document).find((name) => name !== 'Version' && name !== 'Statement');
  if (unknown !== undefined) throw new PolicySyntaxError(`a policy has no element "${unknown}"`);
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

// A pattern in another form would match nothing, and a Deny with it would have no effect.
function patternsOf(value: unknown, name: string, form: RegExp): readonly string[] {
  const patterns = textsOf(value, name);
  const wrong = patterns.find((pattern) => pattern !== '*' && !form.test(pattern));
  if (wrong !== undefined) throw new PolicySyntaxError(`"${wrong}" is not a valid ${name}`);
  return patterns;
}

// `["*"]` in bucket policies, `{"RAM": ["acs:ram::1:root"]}` in trust policies.
function parsePrincipal(value: unknown, of: PolicyKind): readonly string[] {
  // OSS takes a bucket policy without one. Here its Deny is for everybody, and its Allow for nobody.
  if (value === undefined && of === 'bucket') return [];
  const isBare = typeof value !== 'object' || value === null || Array.isArray(value);
  if (isBare && of === 'bucket') return textsOf(value, 'Principal');
  const entries = Object.entries(recordOf(value, 'Principal'));
  const unknown = entries.find(([name]) => !['RAM', 'Service', 'Federated'].includes(name));
  if (unknown !== undefined) throw new PolicySyntaxError(`Principal has an unknown element "${unknown[0]}"`);
  // The kind is kept: trust in a user is not trust in an identity provider of the same name.
  return entries.flatMap(([kind, names]) => textsOf(names, `Principal ${kind}`).map((name) => `${kind}:${name}`));
}

/** Access control list of a bucket. */
export type Acl = 'private' | 'public-read' | 'public-read-write';

/** Access control list of an object; `default` takes the bucket's. */
export type ObjectAcl = Acl | 'default';

const BUCKET_ACLS: readonly string[] = ['private', 'public-read', 'public-read-write'];
const READS = new Set(['oss:GetObject', 'oss:GetObjectVersion']);
const WRITES = new Set(['oss:PutObject', 'oss:DeleteObject', 'oss:AbortMultipartUpload', 'oss:ListParts']);

export function isAcl(text: string): text is Acl {
  return BUCKET_ACLS.includes(text);
}

export function isObjectAcl(text: string): text is ObjectAcl {
  return text === 'default' || isAcl(text);
}

/** Whether an ACL allows an action to everybody. Listing needs `public-read-write`, as for the cloud's new buckets. */
export function aclAllows(acl: Acl, action: string): boolean {
  if (acl === 'private') return false;
  if (READS.has(action)) return true;
  return acl === 'public-read-write' && (WRITES.has(action) || action === 'oss:ListObjects');
}
