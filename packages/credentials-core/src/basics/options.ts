import { inWords, isWord, mismatch, type Option, problemOf, type Shape } from './option-words.ts';

export type { Option };

// Checks the options of public functions before they do anything, least of all I/O. TypeScript cannot: `{ key: query['key'] }` compiles
// where the key is undefined, and a caller in plain JavaScript may write anything. A required value that is missing must never widen
// a grant, and a misspelt option must never be ignored.

/** One entry for each name of `T`: optional fields there are optional here, and a missing or misspelt name does not compile. */
export type OptionTable<T> = {
  readonly [K in keyof T]-?: undefined extends T[K]
    ? OptionalOption
    : object extends Pick<T, K>
      ? OptionalOption
      : RequiredOption;
};

/** Names that callers of other libraries write, each with the name that is meant. */
type Hints = Shape['hints'];

/** Throws, or returns nothing. */
export type OptionsCheck = (options: unknown) => void;

/**
 * Prepares the check of one function's options, once, when the module loads.
 *
 * The check throws a TypeError that names the function, the option and what it takes, when the options are not an object, when a
 * required one is missing or `undefined`, when one has the wrong type, or when a name is unknown. An optional one may be
 * `undefined`. Values are never quoted: they may be secrets. Checking plain values allocates nothing.
 *
 * @param where the function's name as a user writes it, such as `presign`
 * @param table every option that the function takes
 * @param hints what is meant by names of other libraries, such as `{ expires: 'expiresIn' }`
 */
export function optionsCheck<T>(where: string, table: OptionTable<T>, hints: Hints = {}): OptionsCheck {
  // Made at the first check: most programs call few of the functions that they load.
  let shape: Shape | undefined;
  return (options) => {
    shape ??= shapeOf(table, hints);
    if (!fits(options, shape)) throw new TypeError(problemOf(options, shape, { subject: where, prefix: `${where}: ` }));
  };
}

/** Marks an option as one that may be left out. */
export function optional(option: Option): OptionalOption {
  return { ...option, optional: true };
}

/**
 * Checks one argument, in the words that `optionsCheck` has for an option.
 *
 * @throws TypeError
 */
export function checkArgument(where: string, name: string, value: unknown, option: Option): void {
  if (!option.accepts(value)) throw new TypeError(mismatch(value, `${where}: ${name}`, option));
}

/** Makes a kind of an object of options within the options. */
export function nestedOptions<T>(table: OptionTable<T>, hints: Hints = {}): RequiredOption {
  let made: Shape | undefined;
  const shape = (): Shape => (made ??= shapeOf(table, hints));
  return {
    ...takes.special('an object', (value) => fits(value, shape())),
    explain: (value, path) => problemOf(value, shape(), { subject: path, prefix: `${path}.` }),
  };
}

function shapeOf<T>(table: OptionTable<T>, hints: Hints): Shape {
  const entries = Object.entries(table as Readonly<Record<string, Option>>);
  const needed = entries.filter(([, option]) => !option.optional).map(([name, { accepts }]) => ({ name, accepts }));
  return { known: new Map(entries), needed, hints };
}

function fits(options: unknown, { known, needed }: Shape): boolean {
  if (!isPlainObject(options)) return false;
  // By name, since the loop does not meet the getters of a class; by index, as this is in the path of every signature.
  for (let index = 0; index < needed.length; index += 1) {
    const { name, accepts } = needed[index] as Shape['needed'][number];
    const value = options[name];
    if (value === undefined || !accepts(value)) return false;
  }
  // With names that are inherited: an options object may be an instance of a class.
  for (const name in options) {
    const option = known.get(name);
    if (option === undefined) {
      // Somebody's addition to Object.prototype is not an option.
      if (Object.hasOwn(options, name)) return false;
    } else if (option.optional) {
      const value = options[name];
      if (value !== undefined && !option.accepts(value)) return false;
    }
  }
  return true;
}

/** The option must be given. */
export interface RequiredOption extends Option {
  readonly optional: false;
}

/** The option may be left out. */
export interface OptionalOption extends Option {
  readonly optional: true;
}

/** Kinds of values that options take. The function that uses a value of the right type checks whether OSS accepts it. */
export interface Kinds {
  readonly text: RequiredOption;
  readonly filledText: RequiredOption;
  readonly flag: RequiredOption;
  readonly number: RequiredOption;
  /** A duration or a count: zero, or more without an upper end. */
  readonly fromZero: RequiredOption;
  /** The limit of a timer: longer ones end at once. */
  readonly milliseconds: RequiredOption;
  readonly date: RequiredOption;
  readonly function: RequiredOption;
  readonly object: RequiredOption;
  readonly signal: RequiredOption;
  readonly clock: RequiredOption;
  readonly source: RequiredOption;
  /** Credentials, a source, a provider or a function: `toProvider` looks closer. */
  readonly credentials: RequiredOption;
  readonly texts: RequiredOption;
  /** Names to strings, such as headers. */
  readonly textMap: RequiredOption;
  /** Anything but `undefined`: the reader of the value checks it. */
  readonly anything: RequiredOption;
  readonly oneOf: (...choices: readonly string[]) => RequiredOption;
  readonly either: (...options: readonly Option[]) => RequiredOption;
  /** An array whose items are all of one kind. */
  readonly listOf: (option: Option) => RequiredOption;
  /** A plain object whose values are all of one kind, whatever their names. */
  readonly mapOf: (option: Option) => RequiredOption;
  /** An object with these methods; it may have more. */
  readonly methods: (...names: readonly string[]) => RequiredOption;
  /** A kind of its own: the words complete "must be ...". */
  readonly special: (words: string, accepts: (value: unknown) => boolean) => RequiredOption;
}

const MAX_TIMER_MS = 2_147_483_647;

const TEXT = special('a string', (value) => typeof value === 'string');

/** Says what an option takes: `optionsCheck('presign', { key: takes.text, bucket: optional(takes.text) })`. */
export const takes: Kinds = {
  text: TEXT,
  filledText: special('a non-empty string', (value) => typeof value === 'string' && value !== ''),
  flag: special('true or false', (value) => typeof value === 'boolean'),
  number: special('a number', (value) => typeof value === 'number' && !Number.isNaN(value)),
  fromZero: special('a number from 0', (value) => typeof value === 'number' && value >= 0),
  milliseconds: special(
    `a whole number of milliseconds from 1 to ${MAX_TIMER_MS}`,
    (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_TIMER_MS,
  ),
  date: special('a valid Date', (value) => value instanceof Date && !Number.isNaN(value.getTime())),
  function: special('a function', (value) => typeof value === 'function'),
  object: special('an object', isPlainObject),
  signal: special('an AbortSignal', (value) => hasMethods(value, ['addEventListener', 'throwIfAborted'])),
  clock: methods('now', 'monotonic'),
  source: special(
    'a credential source, with a name and fetch()',
    (value) => hasMethods(value, ['fetch']) && typeof (value as { readonly name?: unknown }).name === 'string',
  ),
  credentials: special(
    'credentials, a credential source, a credential provider or a function',
    (value) => typeof value === 'function' || isPlainObject(value),
  ),
  texts: listOf(TEXT),
  textMap: mapOf(TEXT),
  anything: special('given', (value) => value !== undefined),
  oneOf: (...choices) =>
    special(inWords(choices.map((choice) => `"${choice}"`)), (value) => choices.includes(value as string)),
  either: (...options) =>
    special(inWords(options.map((option) => option.takes)), (value) => options.some(({ accepts }) => accepts(value))),
  listOf,
  mapOf,
  methods,
  special,
};

function special(words: string, accepts: (value: unknown) => boolean): RequiredOption {
  return { takes: words, accepts, optional: false };
}

function methods(...names: readonly string[]): RequiredOption {
  const words = `an object with ${names.map((name) => `${name}()`).join(' and ')}`;
  return special(words, (value) => hasMethods(value, names));
}

function listOf(item: Option): RequiredOption {
  return {
    ...special('an array', (value) => Array.isArray(value) && value.every(item.accepts)),
    explain(value, path) {
      if (!Array.isArray(value)) return undefined;
      const index = value.findIndex((each) => !item.accepts(each));
      return mismatch(value[index], `${path}[${index}]`, item);
    },
  };
}

// Without an array of the values: this is in the path of every signature.
function everyValue(map: Readonly<Record<string, unknown>>, accepts: Option['accepts']): boolean {
  for (const name in map) if (Object.hasOwn(map, name) && !accepts(map[name])) return false;
  return true;
}

function mapOf(item: Option): RequiredOption {
  return {
    ...special('an object', (value) => isPlainObject(value) && everyValue(value, item.accepts)),
    explain(value, path) {
      if (!isPlainObject(value)) return undefined;
      const [name, wrong] = Object.entries(value).find(([, each]) => !item.accepts(each)) ?? [''];
      return mismatch(wrong, isWord(name) ? `${path}["${name}"]` : `${path}: every value`, item);
    },
  };
}

/** Whether a value can hold options: arrays cannot. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return isPlainObject(value) && names.every((name) => typeof value[name] === 'function');
}
