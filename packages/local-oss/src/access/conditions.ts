import { BlockList, isIP } from 'node:net';

/**
 * Matches RAM's patterns: `*` is any run of characters, `/` included, `?` is one character. Nothing escapes them.
 * No backtracking beyond the last `*`: at worst the product of both lengths.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  while (position < text.length) {
    const char = pattern[at];
    if (char === '*') {
      star = at;
      resume = position;
      at += 1;
    } else if (char === '?' || char === text[position]) {
      at += 1;
      position += 1;
    } else if (star !== -1) {
      at = star + 1;
      resume += 1;
      position = resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** A condition operator: which values are valid, and how a value is compared with a fact. */
export interface Operator {
  isValid(wanted: string): boolean;
  matches(actual: string, wanted: string): boolean;
}

const anyText = (): boolean => true;
// `Number` would read "" as 0, and also "0x10", "1e9" and "Infinity".
const numberOf = (text: string): number => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN);
const isNumber = (text: string): boolean => !Number.isNaN(numberOf(text));
// `Date.parse` would also read "2026", "1 Dec" and February 30, and a time without a zone as local time.
const instantOf = (text: string): number => {
  const day = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.exec(text)?.[1];
  const exists = day !== undefined && Number.isFinite(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  return exists ? Date.parse(text) : Number.NaN;
};
const isDate = (text: string): boolean => !Number.isNaN(instantOf(text));

const text = (matches: Operator['matches']): Operator => ({ isValid: anyText, matches });
const numeric = (compare: (a: number, b: number) => boolean): Operator => ({
  isValid: isNumber,
  matches: (actual, wanted) => compare(numberOf(actual), numberOf(wanted)),
});
const date = (compare: (a: number, b: number) => boolean): Operator => ({
  isValid: isDate,
  matches: (actual, wanted) => compare(instantOf(actual), instantOf(wanted)),
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

/** Finds an operator by its name in a policy; `undefined` when the name is unknown. */
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
  // An index such as "%eth0" means something on one machine only.
  const family = base.includes('%') ? 0 : isIP(base);
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

/** Facts about a request that conditions may test, such as `acs:SourceIp`. */
export type ConditionFacts = ReadonlyMap<string, string>;

/** Operator -> key -> values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Condition keys that this server can evaluate. `acs:SourceVpc` is always absent here. */
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
  // Unreachable with a policy that `parsePolicy` has checked.
  if (found === undefined) throw new Error(`unknown condition operator ${name}`);
  if (actual === undefined) return found.negated;
  return values.some((wanted) => found.operator.matches(actual, wanted)) !== found.negated;
}
