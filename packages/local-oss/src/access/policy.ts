/** One statement of a RAM policy. */
export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  /** Operator -> key -> values. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** A RAM policy, in one shape: single values made lists. */
export interface PolicyDocument {
  readonly Version: '1';
  readonly Statement: readonly PolicyStatement[];
}

/** A policy text that cannot be used. */
export class PolicySyntaxError extends Error {
  override readonly name = 'PolicySyntaxError';
}

/**
 * Reads a policy text strictly: what is not understood is refused, so that nothing is granted by mistake.
 *
 * @throws PolicySyntaxError
 */
export function parsePolicy(text: string): PolicyDocument {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new PolicySyntaxError('the policy is not valid JSON');
  }
  const document = record(json, 'the policy');
  if (document['Version'] !== '1') throw new PolicySyntaxError('Version must be "1"');
  const statements = list(document['Statement']);
  if (statements.length === 0) throw new PolicySyntaxError('Statement is missing');
  return { Version: '1', Statement: statements.map(parseStatement) };
}

function parseStatement(value: unknown): PolicyStatement {
  const statement = record(value, 'a statement');
  const known = ['Effect', 'Action', 'Resource', 'Condition', 'Sid'];
  const unknown = Object.keys(statement).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new PolicySyntaxError(`a statement has an unknown element "${unknown}"`);
  const effect = statement['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicySyntaxError('Effect must be "Allow" or "Deny"');
  return {
    Effect: effect,
    Action: texts(statement['Action'], 'Action'),
    Resource: texts(statement['Resource'], 'Resource'),
    ...(statement['Condition'] === undefined ? {} : { Condition: parseCondition(statement['Condition']) }),
  };
}

function parseCondition(value: unknown): Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> {
  const operators = Object.entries(record(value, 'Condition'));
  return Object.fromEntries(
    operators.map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(record(keys, `Condition ${operator}`)).map(([key, values]) => [key, texts(values, key)]),
      ),
    ]),
  );
}

function texts(value: unknown, name: string): readonly string[] {
  const values = list(value).map((item) => (typeof item === 'boolean' ? String(item) : item));
  if (values.length === 0 || !values.every((item) => typeof item === 'string')) {
    throw new PolicySyntaxError(`${name} must be text or a list of texts`);
  }
  return values;
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function record(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PolicySyntaxError(`${name} must be an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}
