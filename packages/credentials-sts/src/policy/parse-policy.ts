import { checkArgument, type Option, takes } from '@ossgrant/credentials-core/internal';
import { type PolicyFinding, type PolicyFindingCode, pointer } from './finding.ts';
import { findOperator } from './operators.ts';
import {
  type PolicyCondition,
  type SessionPolicy,
  SessionPolicyError,
  type SessionPolicyStatement,
} from './session-policy.ts';

/** A policy as written: its JSON text or the object. A list of one value may be written as the value. */
export type PolicyInput = string | object;

/** What a policy is, as an argument. */
export const takesPolicy: Option = takes.either(takes.text, takes.object);

/** The policy in one shape, unless a part of it cannot be understood. */
export interface ParsedPolicy {
  readonly policy?: SessionPolicy;
  readonly problems: readonly PolicyFinding[];
  /** As JSON. */
  readonly text: string;
}

/**
 * Reads a policy and returns it in one shape: single values become lists.
 *
 * @throws SessionPolicyError `INVALID_POLICY` for a policy that cannot be understood; `lintPolicy` lists every problem
 */
export function readPolicy(input: PolicyInput): SessionPolicy {
  checkArgument('readPolicy', 'the policy', input, takesPolicy);
  const { policy, problems } = parsePolicy(input);
  if (policy !== undefined) return policy;
  const [first] = problems;
  const where = first?.path === undefined || first.path === '' ? '' : ` at ${first.path}`;
  throw new SessionPolicyError('INVALID_POLICY', `the policy cannot be used: ${first?.message}${where}: ${first?.fix}`);
}

type Report = (code: PolicyFindingCode, path: string, message: string, fix: string) => void;

// More than RAM and OSS accept for any kind of policy.
const MAX_READ = 20_480;

const ELEMENTS = new Set(['Effect', 'Action', 'Resource', 'Condition', 'Sid']);
const ACTION = /^(\*|[\w*?-]+:[\w*?]+)$/;
const RESOURCE = /^(\*|acs(:[^:]*){3}:.+)$/s;

/** Reads a policy strictly: a part that is not understood is a problem, because skipping a Deny would be a grant. */
export function parsePolicy(input: PolicyInput): ParsedPolicy {
  const problems: PolicyFinding[] = [];
  const report: Report = (code, path, message, fix) => problems.push({ code, severity: 'error', path, message, fix });
  const text = textOf(input);
  const statements = readDocument(text, report);
  if (problems.length > 0) return { problems, text };
  return { policy: { Version: '1', Statement: statements }, problems, text };
}

// As a text, an object has no getters, no circle and a length.
function textOf(input: PolicyInput): string {
  if (typeof input === 'string') return input;
  try {
    return JSON.stringify(input) ?? '';
  } catch {
    return '';
  }
}

function readDocument(text: string, report: Report): SessionPolicyStatement[] {
  if (text.length > MAX_READ) {
    report(
      'TOO_LARGE',
      '',
      `the policy has more than ${MAX_READ} characters`,
      'split it: RAM takes no policy that long',
    );
    return [];
  }
  const json = parseJson(text);
  if (!isRecord(json)) {
    report('NOT_JSON', '', 'the policy is not a JSON object', 'write {"Version": "1", "Statement": [...]}');
    return [];
  }
  for (const name of Object.keys(json).filter((key) => key !== 'Version' && key !== 'Statement')) {
    report('UNKNOWN_ELEMENT', pointer('', name), `a policy has no element ${name}`, 'remove it');
  }
  const { Version: version, Statement: statement } = json;
  if (version !== '1') {
    report('UNSUPPORTED_VERSION', '/Version', 'the Version of a RAM policy is "1"', 'set "Version": "1"');
  }
  const statements = listOf(statement);
  if (statements.length === 0) {
    report('MISSING_ELEMENT', '/Statement', 'the policy has no Statement', 'add one: without it nothing is allowed');
  }
  return statements.map((item, index) =>
    readStatement(item, Array.isArray(statement) ? pointer('/Statement', index) : '/Statement', report),
  );
}

function readStatement(item: unknown, path: string, report: Report): SessionPolicyStatement {
  const statement = isRecord(item) ? item : {};
  if (!isRecord(item)) report('INVALID_VALUE', path, 'a statement must be a JSON object', 'write {"Effect": ..., ...}');
  for (const name of Object.keys(statement).filter((key) => !ELEMENTS.has(key))) {
    report('UNKNOWN_ELEMENT', pointer(path, name), `a statement has no element ${name} here`, fixOf(name));
  }
  const { Effect: effect, Condition: condition } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') {
    const code = effect === undefined ? 'MISSING_ELEMENT' : 'INVALID_VALUE';
    report(
      code,
      `${path}/Effect`,
      'the Effect must be "Allow" or "Deny"',
      'write one of them, with this capitalization',
    );
  }
  const patterns = (name: 'Action' | 'Resource', form: RegExp, example: string): readonly string[] => {
    const at = pointer(path, name);
    if (statement[name] === undefined) {
      report('MISSING_ELEMENT', at, `the statement has no ${name}`, `add one, such as "${example}"`);
      return [];
    }
    return readTexts(statement[name], at, report).map(([text, where]) => {
      const code = name === 'Action' ? 'INVALID_ACTION' : 'INVALID_RESOURCE';
      if (!form.test(text)) report(code, where, `"${text}" is not a valid ${name}`, `write it like "${example}"`);
      return text;
    });
  };
  return {
    Effect: effect === 'Deny' ? 'Deny' : 'Allow',
    Action: patterns('Action', ACTION, 'oss:GetObject'),
    Resource: patterns('Resource', RESOURCE, 'acs:oss:*:*:my-bucket/dir/*'),
    ...(condition === undefined ? {} : { Condition: readCondition(condition, `${path}/Condition`, report) }),
  };
}

function fixOf(name: string): string {
  if (name === 'NotAction' || name === 'NotResource') return `list the intended values as ${name.slice(3)}`;
  if (name === 'Principal') return 'remove it: a session policy applies to the session that gets it';
  return 'remove it, or correct its spelling';
}

function readCondition(value: unknown, path: string, report: Report): PolicyCondition {
  const condition: Record<string, Record<string, readonly string[]>> = {};
  for (const [name, keys] of entriesOf(value, path, report)) {
    const [at, operator] = [pointer(path, name), findOperator(name)];
    if (operator === undefined) {
      report(
        'UNKNOWN_CONDITION_OPERATOR',
        at,
        `RAM has no operator ${name}`,
        'use one of its operators, such as StringLike',
      );
    }
    const read = entriesOf(keys, at, report).map(([key, wanted]): [string, readonly string[]] => [
      key,
      readTexts(wanted, pointer(at, key), report).map(([text, where]) => {
        if (operator?.isValid(text) === false) {
          report('INVALID_CONDITION_VALUE', where, `"${text}" is not a valid value for ${name}`, exampleOf(name));
        }
        return text;
      }),
    ]);
    condition[name] = Object.fromEntries(read);
  }
  return condition;
}

function exampleOf(operator: string): string {
  const examples = { Ip: '203.0.113.0/24', Date: '2026-12-01T00:00:00Z', Numeric: '100', Bool: 'true' };
  const example = Object.entries(examples).find(([kind]) => operator.includes(kind))?.[1];
  return `write it like "${example}"`;
}

function readTexts(value: unknown, path: string, report: Report): (readonly [text: string, path: string])[] {
  const isList = Array.isArray(value);
  const items = listOf(value).map((item, index): readonly [unknown, string] => [
    typeof item === 'boolean' ? String(item) : item,
    isList ? pointer(path, index) : path,
  ]);
  if (items.length === 0) report('INVALID_VALUE', path, 'the list is empty', 'add a value, or remove the element');
  return items.flatMap(([item, where]): (readonly [string, string])[] => {
    if (typeof item === 'string') return [[item, where]];
    report('INVALID_VALUE', where, 'the value must be a string', 'write it in quotes');
    return [];
  });
}

function entriesOf(value: unknown, path: string, report: Report): [string, unknown][] {
  if (isRecord(value)) return Object.entries(value);
  report('INVALID_VALUE', path, 'the value must be a JSON object', 'write {"Operator": {"key": ["value"]}}');
  return [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
