import { fitsPattern } from './fits-pattern.ts';
import { isInNetwork, parseNetwork } from './ip-network.ts';

/** How a condition compares one of its values with what the request has. */
export interface Operator {
  /** Holds when none of the values fits, also when the request has nothing of the kind. */
  readonly negated: boolean;
  isValid(wanted: string): boolean;
  fits(actual: string, wanted: string): boolean;
}

type Comparison = Pick<Operator, 'isValid' | 'fits'>;

const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?$/;

function ordered(read: (text: string) => number, compare: (actual: number, wanted: number) => boolean): Comparison {
  return {
    isValid: (wanted) => !Number.isNaN(read(wanted)),
    fits: (actual, wanted) => compare(read(actual), read(wanted)),
  };
}

function orders(kind: string, read: (text: string) => number): [string, Comparison][] {
  return [
    [`${kind}Equals`, ordered(read, (actual, wanted) => actual === wanted)],
    [`${kind}LessThan`, ordered(read, (actual, wanted) => actual < wanted)],
    [`${kind}LessThanEquals`, ordered(read, (actual, wanted) => actual <= wanted)],
    [`${kind}GreaterThan`, ordered(read, (actual, wanted) => actual > wanted)],
    [`${kind}GreaterThanEquals`, ordered(read, (actual, wanted) => actual >= wanted)],
  ];
}

const anything = (): boolean => true;

const PLAIN: ReadonlyMap<string, Comparison> = new Map([
  ['StringEquals', { isValid: anything, fits: (actual, wanted) => actual === wanted }],
  ['StringEqualsIgnoreCase', { isValid: anything, fits: (a, b) => a.toLowerCase() === b.toLowerCase() }],
  ['StringLike', { isValid: anything, fits: (actual, wanted) => fitsPattern(wanted, actual) }],
  ['Bool', { isValid: (text) => /^(true|false)$/i.test(text), fits: (a, b) => a.toLowerCase() === b.toLowerCase() }],
  ['IpAddress', { isValid: (text) => parseNetwork(text) !== undefined, fits: fitsNetwork }],
  ...orders('Numeric', (text) => (text.trim() === '' ? Number.NaN : Number(text))),
  ...orders('Date', (text) => (ISO_8601.test(text) ? Date.parse(text) : Number.NaN)),
]);

const NEGATIONS: ReadonlyMap<string, string> = new Map([
  ['StringNotEquals', 'StringEquals'],
  ['StringNotEqualsIgnoreCase', 'StringEqualsIgnoreCase'],
  ['StringNotLike', 'StringLike'],
  ['NotIpAddress', 'IpAddress'],
  ['NumericNotEquals', 'NumericEquals'],
  ['DateNotEquals', 'DateEquals'],
]);

/** The operator of that name, as RAM writes it; undefined when RAM has none. */
export function findOperator(name: string): Operator | undefined {
  const negates = NEGATIONS.get(name);
  const plain = PLAIN.get(negates ?? name);
  return plain === undefined ? undefined : { ...plain, negated: negates !== undefined };
}

function fitsNetwork(actual: string, wanted: string): boolean {
  const network = parseNetwork(wanted);
  return network !== undefined && isInNetwork(actual, network);
}
