import { parseInstant } from '@ossgrant/credentials-core/internal';

/**
 * Whether a text matches a pattern of RAM: `*` is any run of characters, `/` included, `?` is one. There is no escape.
 * Each piece between two stars is searched for once, from left to right, so no pattern can make it slow.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const pieces = pattern.split('*');
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return text.length === first.length && matchesAt(first, text, 0);
  let at = first.length;
  const end = text.length - last.length;
  if (at > end || !matchesAt(first, text, 0) || !matchesAt(last, text, end)) return false;
  for (const piece of others) {
    while (at + piece.length <= end && !matchesAt(piece, text, at)) at += 1;
    at += piece.length;
    if (at > end) return false;
  }
  return true;
}

function matchesAt(piece: string, text: string, start: number): boolean {
  for (let index = 0; index < piece.length; index += 1) {
    if (piece[index] !== '?' && piece[index] !== text[start + index]) return false;
  }
  return true;
}

/** A range of addresses of one family. */
export interface Network {
  readonly family: 4 | 6;
  readonly base: bigint;
  readonly prefix: number;
}

const WIDTH = { 4: 32, 6: 128 } as const;

/** Reads an address or a network, such as `203.0.113.0/24` or `2001:db8::/32`; undefined for anything else. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const parsed = parseV4(address) ?? parseV6(address);
  if (parsed === undefined || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const width = WIDTH[parsed.family];
  const prefix = Number(bits ?? width);
  return prefix > width ? undefined : { ...parsed, prefix };
}

/** Whether an address lies in a network of its family. */
export function isInNetwork(address: string, network: Network): boolean {
  const parsed = parseNetwork(address);
  const width = WIDTH[network.family];
  if (parsed?.family !== network.family || parsed.prefix !== width) return false;
  const shift = BigInt(width - network.prefix);
  return parsed.base >> shift === network.base >> shift;
}

function parseV4(text: string): Pick<Network, 'family' | 'base'> | undefined {
  const parts = text.split('.');
  // A leading zero is refused: some readers take what follows for octal.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return { family: 4, base: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
}

function parseV6(text: string): Pick<Network, 'family' | 'base'> | undefined {
  // A URL's host in brackets is an IPv6 address or nothing, and comes back in its shortest form.
  if (!/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(`http://[${text}]/`)) return undefined;
  const [head = '', tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const all = [...before, ...zeros, ...after];
  return { family: 6, base: all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n) };
}

/** How a condition compares one of its values with that of the request. */
export interface Operator {
  /** The condition holds when no value matches, also when the request lacks the key. */
  readonly negated: boolean;
  isValid(wanted: string): boolean;
  matches(actual: string, wanted: string): boolean;
}

type Comparison = Pick<Operator, 'isValid' | 'matches'>;

const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;
const DECIMAL = /^-?\d+(\.\d+)?$/;

function ordered(read: (text: string) => number, compare: (actual: number, wanted: number) => boolean): Comparison {
  return {
    isValid: (wanted) => !Number.isNaN(read(wanted)),
    matches: (actual, wanted) => compare(read(actual), read(wanted)),
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
  ['StringEquals', { isValid: anything, matches: (actual, wanted) => actual === wanted }],
  ['StringEqualsIgnoreCase', { isValid: anything, matches: (a, b) => a.toLowerCase() === b.toLowerCase() }],
  ['StringLike', { isValid: anything, matches: (actual, wanted) => matchesPattern(wanted, actual) }],
  ['Bool', { isValid: (text) => /^(true|false)$/i.test(text), matches: (a, b) => a.toLowerCase() === b.toLowerCase() }],
  ['IpAddress', { isValid: (text) => parseNetwork(text) !== undefined, matches: matchesNetwork }],
  ...orders('Numeric', (text) => (DECIMAL.test(text) ? Number(text) : Number.NaN)),
  ...orders('Date', (text) => (ISO_8601.test(text) ? (parseInstant(text)?.getTime() ?? Number.NaN) : Number.NaN)),
]);

const NEGATIONS: ReadonlyMap<string, string> = new Map([
  ['StringNotEquals', 'StringEquals'],
  ['StringNotEqualsIgnoreCase', 'StringEqualsIgnoreCase'],
  ['StringNotLike', 'StringLike'],
  ['NotIpAddress', 'IpAddress'],
  ['NumericNotEquals', 'NumericEquals'],
  ['DateNotEquals', 'DateEquals'],
]);

/** The operator of that name; undefined when RAM has none. */
export function findOperator(name: string): Operator | undefined {
  const negates = NEGATIONS.get(name);
  const plain = PLAIN.get(negates ?? name);
  return plain === undefined ? undefined : { ...plain, negated: negates !== undefined };
}

function matchesNetwork(actual: string, wanted: string): boolean {
  const network = parseNetwork(wanted);
  return network !== undefined && isInNetwork(actual, network);
}
