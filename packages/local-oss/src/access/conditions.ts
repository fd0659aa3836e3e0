import { findOperator } from './operators.ts';

/** Facts of a request that conditions may ask for, such as `acs:SourceIp`. */
export type ConditionFacts = ReadonlyMap<string, string>;

/** Operator -> key -> values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Condition keys that this server has a fact for, or knows to be always absent here (`acs:SourceVpc`). */
export const CONDITION_KEYS: ReadonlySet<string> = new Set([
  'acs:SourceIp',
  'acs:SecureTransport',
  'acs:CurrentTime',
  'acs:SourceVpc',
  'oss:Prefix',
  'oss:Delimiter',
  'sts:ExternalId',
  'oidc:iss',
  'oidc:aud',
  'oidc:sub',
]);

/** Whether all operators and keys of a condition hold; several values of one key are alternatives. */
export function conditionHolds(condition: Condition, facts: ConditionFacts): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => keyHolds(operator, values, facts.get(key))),
  );
}

function keyHolds(name: string, values: readonly string[], actual: string | undefined): boolean {
  const found = findOperator(name);
  // Policies are checked when they are read; this cannot be reached with a policy that was.
  if (found === undefined) throw new Error(`unknown condition operator ${name}`);
  if (actual === undefined) return found.negated;
  return values.some((wanted) => found.operator.matches(actual, wanted)) !== found.negated;
}
