import { BlockList, isIP } from 'node:net';
import { matchesWildcard } from './wildcard.ts';

/** A condition operator: what its values must look like, and how one of them is compared with the fact. */
export interface Operator {
  isValid(wanted: string): boolean;
  matches(actual: string, wanted: string): boolean;
}

const anyText = (): boolean => true;
// No text is no number: `Number` would make it 0.
const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
const isNumber = (text: string): boolean => Number.isFinite(numberOf(text));
const isDate = (text: string): boolean => !Number.isNaN(Date.parse(text));

const text = (matches: Operator['matches']): Operator => ({ isValid: anyText, matches });
const numeric = (compare: (a: number, b: number) => boolean): Operator => ({
  isValid: isNumber,
  matches: (actual, wanted) => compare(numberOf(actual), numberOf(wanted)),
});
const date = (compare: (a: number, b: number) => boolean): Operator => ({
  isValid: isDate,
  matches: (actual, wanted) => compare(Date.parse(actual), Date.parse(wanted)),
});

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: text((actual, wanted) => actual === wanted),
  StringEqualsIgnoreCase: text((actual, wanted) => actual.toLowerCase() === wanted.toLowerCase()),
  StringLike: text((actual, wanted) => matchesWildcard(wanted, actual)),
  Bool: {
    isValid: (wanted) => /^(true|false)$/i.test(wanted),
    matches: (actual, wanted) => actual === wanted.toLowerCase(),
  },
  IpAddress: { isValid: (wanted) => networkOf(wanted) !== undefined, matches: isInNetwork },
  NumericEquals: numeric((a, b) => a === b),
  NumericLessThan: numeric((a, b) => a < b),
  NumericLessThanEquals: numeric((a, b) => a <= b),
  NumericGreaterThan: numeric((a, b) => a > b),
  NumericGreaterThanEquals: numeric((a, b) => a >= b),
  DateEquals: date((a, b) => a === b),
  DateLessThan: date((a, b) => a < b),
  DateLessThanEquals: date((a, b) => a <= b),
  DateGreaterThan: date((a, b) => a > b),
  DateGreaterThanEquals: date((a, b) => a >= b),
};

// A negated operator holds when none of the values matches.
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NotIpAddress: 'IpAddress',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

/** Finds an operator by its name in a policy; `undefined` when there is none of that name. */
export function findOperator(name: string): { readonly operator: Operator; readonly negated: boolean } | undefined {
  const negated = Object.hasOwn(NEGATED, name);
  const plain = (negated ? NEGATED[name] : name) ?? '';
  const operator = Object.hasOwn(OPERATORS, plain) ? OPERATORS[plain] : undefined;
  return operator === undefined ? undefined : { operator, negated };
}

function isInNetwork(address: string, network: string): boolean {
  const family = isIP(address);
  // A BlockList takes IPv4 addresses for IPv6 ones, so that "::/0" would hold them all.
  if (family === 0 || family !== isIP(network.split('/')[0] ?? '')) return false;
  return networkOf(network)?.check(address, family === 4 ? 'ipv4' : 'ipv6') === true;
}

function networkOf(network: string): BlockList | undefined {
  const [base = '', prefix, ...rest] = network.split('/');
  const family = isIP(base);
  if (family === 0 || rest.length > 0) return undefined;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  if (prefix === undefined) {
    list.addAddress(base, kind);
    return list;
  }
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (bits < 0 || bits > (family === 4 ? 32 : 128)) return undefined;
  list.addSubnet(base, bits, kind);
  return list;
}
