// Checks the options of public functions when a program starts, before any I/O. TypeScript cannot: `{ key: query['key'] }` compiles
// where the key is undefined, and a plain JavaScript caller may write anything. A required value that is missing must never widen a
// grant, and a misspelt option must never be ignored.

/** What one option takes. */
export interface Option {
  /** Completes "must be ...". */
  readonly takes: string;
  readonly accepts: (value: unknown) => boolean;
  readonly optional: boolean;
}

interface Required extends Option {
  readonly optional: false;
}
interface Optional extends Option {
  readonly optional: true;
}

/** One entry for each name of `T`: what is optional there is optional here, and a name that is missing does not compile. */
export type OptionTable<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? Optional : object extends Pick<T, K> ? Optional : Required;
};

/** Names that callers of other libraries write, and the name that is meant. */
type Hints = Readonly<Record<string, string>>;

/** A checked entry: throws, or returns nothing. */
export type OptionsCheck = (options: unknown) => void;

/**
 * Prepares the check of one function's options.
 *
 * The check throws a TypeError that names the function, the option and what it takes, when the options are not an object, when a
 * required one is missing or `undefined`, when one has the wrong type, or when a name is unknown. An optional one may be
 * `undefined`. Values are never quoted: they may be secrets. A check that passes allocates nothing.
 *
 * @param where the function's name as a user writes it, such as `presign`
 * @param table every option that the function takes
 * @param hints what is meant by names of other libraries, such as `{ expires: 'expiresIn' }`
 */
export function optionsCheck<T>(where: string, table: OptionTable<T>, hints: Hints = {}): OptionsCheck {
  const known = new Map<string, Option>(Object.entries(table as Readonly<Record<string, Option>>));
  const needed = [...known.keys()].filter((name) => known.get(name)?.optional === false);
  return (options) => {
    if (typeof options !== 'object' || options === null || Array.isArray(options)) {
      throw new TypeError(`${where} takes an object of options${listOf(known)}`);
    }
    const given = options as Readonly<Record<string, unknown>>;
    for (const name of needed) if (given[name] === undefined) throw missing(where, name, known);
    // With names that are inherited: an options object may be an instance of a class.
    for (const name in given) {
      const value = given[name];
      const option = known.get(name);
      if (option === undefined) {
        if (Object.hasOwn(given, name)) throw unknown(where, name, hints, known);
      } else if (value !== undefined && !option.accepts(value)) {
        throw new TypeError(`${where}: ${name} must be ${option.takes}`);
      }
    }
  };
}

function missing(where: string, name: string, known: ReadonlyMap<string, Option>): TypeError {
  return new TypeError(`${where}: ${name} is missing: it must be ${known.get(name)?.takes ?? 'given'}`);
}

function unknown(where: string, name: string, hints: Hints, known: ReadonlyMap<string, Option>): TypeError {
  const meant = Object.hasOwn(hints, name) ? hints[name] : similar(name, [...known.keys()]);
  const advice = meant === undefined ? listOf(known) : `. Did you mean ${meant}?`;
  // A name is quoted only where it is a plain word: an object passed by mistake may have a secret as a name.
  return new TypeError(`${where} has no option ${/^\w{1,40}$/.test(name) ? `"${name}"` : 'of that name'}${advice}`);
}

function listOf(known: ReadonlyMap<string, Option>): string {
  return known.size === 0 ? '' : `: ${[...known.keys()].join(', ')}`;
}

function similar(name: string, names: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const wanted = plain(name);
  return (
    names.find((candidate) => plain(candidate) === wanted) ??
    names.find((candidate) => wanted.length > 3 && plain(candidate).startsWith(wanted)) ??
    names.find((candidate) => candidate.length > 3 && wanted.startsWith(plain(candidate)))
  );
}

/** An option that may be left out. */
export function optional(option: Option): Optional {
  return { ...option, optional: true };
}

/** Kinds of values that options take. What OSS makes of a value of the right type is checked where it is used. */
export interface Kinds {
  readonly text: Required;
  readonly filledText: Required;
  readonly flag: Required;
  readonly number: Required;
  readonly date: Required;
  readonly function: Required;
  readonly object: Required;
  readonly signal: Required;
  readonly clock: Required;
  /** Credentials, a source, a provider or a function: `toProvider` looks closer. */
  readonly credentials: Required;
  readonly texts: Required;
  /** Names to strings, such as headers. */
  readonly textMap: Required;
  readonly oneOf: (...choices: readonly string[]) => Required;
  /** A kind of its own: the words complete "must be ...". */
  readonly special: (takes: string, accepts: (value: unknown) => boolean) => Required;
}

export const takes: Kinds = {
  text: required('a string', (value) => typeof value === 'string'),
  filledText: required('a non-empty string', (value) => typeof value === 'string' && value !== ''),
  flag: required('true or false', (value) => typeof value === 'boolean'),
  number: required('a number', (value) => typeof value === 'number' && !Number.isNaN(value)),
  date: required('a valid Date', (value) => value instanceof Date && !Number.isNaN(value.getTime())),
  function: required('a function', (value) => typeof value === 'function'),
  object: required('an object', isPlainObject),
  signal: required('an AbortSignal', (value) => hasMethods(value, ['addEventListener', 'throwIfAborted'])),
  clock: required('a clock with now() and monotonic()', (value) => hasMethods(value, ['now', 'monotonic'])),
  credentials: required(
    'credentials, a credential source, a credential provider or a function',
    (value) => typeof value === 'function' || isPlainObject(value),
  ),
  texts: required('an array of strings', (value) => Array.isArray(value) && value.every(isText)),
  textMap: required(
    'an object whose values are strings',
    (value) => isPlainObject(value) && Object.values(value).every(isText),
  ),
  oneOf: (...choices) =>
    required(choices.map((choice) => `"${choice}"`).join(' or '), (value) => choices.includes(value as string)),
  special: required,
};

function required(words: string, accepts: (value: unknown) => boolean): Required {
  return { takes: words, accepts, optional: false };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return isPlainObject(value) && names.every((name) => typeof value[name] === 'function');
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
