import { BlockList, isIP } from 'node:net';
import { matchesWildcard } from './wildcard.ts';

/** Facts of a request that conditions may ask for, such as `acs:SourceIp`. */
export type ConditionFacts = ReadonlyMap<string, string>;

type Operator = (actual: string, wanted: string) => boolean;

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => matchesWildcard(wanted, actual),
  Bool: (actual, wanted) => actual === wanted.toLowerCase(),
  IpAddress: isInNetwork,
  NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
  DateEquals: (actual, wanted) => Date.parse(actual) === Date.parse(wanted),
  DateLessThan: (actual, wanted) => Date.parse(actual) < Date.parse(wanted),
  DateLessThanEquals: (actual, wanted) => Date.parse(actual) <= Date.parse(wanted),
  DateGreaterThan: (actual, wanted) => Date.parse(actual) > Date.parse(wanted),
  DateGreaterThanEquals: (actual, wanted) => Date.parse(actual) >= Date.parse(wanted),
};

// A negated operator holds when none of the values matches.
const NEGATED: Readonly<Record<string, Operator | undefined>> = {
  StringNotEquals: OPERATORS['StringEquals'],
  StringNotEqualsIgnoreCase: OPERATORS['StringEqualsIgnoreCase'],
  StringNotLike: OPERATORS['StringLike'],
  NotIpAddress: OPERATORS['IpAddress'],
  NumericNotEquals: OPERATORS['NumericEquals'],
  DateNotEquals: OPERATORS['DateEquals'],
};

/**
 * Whether all operators and keys of a condition hold; several values of one key are alternatives.
 * An operator or key that is not known does not hold.
 */
export function conditionHolds(
  condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  facts: ConditionFacts,
): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => keyHolds(operator, values, facts.get(key))),
  );
}

function keyHolds(operator: string, values: readonly string[], actual: string | undefined): boolean {
  const negated = Object.hasOwn(NEGATED, operator) ? NEGATED[operator] : undefined;
  if (negated !== undefined) return actual === undefined || !values.some((wanted) => negated(actual, wanted));
  const test = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (test === undefined || actual === undefined) return false;
  return values.some((wanted) => test(actual, wanted));
}

function isInNetwork(address: string, network: string): boolean {
  const [base = '', prefix] = network.split('/');
  const family = isIP(base);
  if (family === 0 || isIP(address) === 0) return false;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  const bits = prefix === undefined ? undefined : Number(prefix);
  if (bits === undefined) list.addAddress(base, kind);
  else if (Number.isInteger(bits) && bits >= 0 && bits <= (family === 4 ? 32 : 128)) list.addSubnet(base, bits, kind);
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
