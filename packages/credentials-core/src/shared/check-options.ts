import {
  isPlainObject,
  isWord,
  mismatch,
  type Option,
  type OptionalOption,
  type RequiredOption,
  takes,
} from './option-kinds.ts';

// Checks the options of public functions before they do anything, least of all I/O. TypeScript cannot: `{ key: query['key'] }` compiles
// where the key is undefined, and a caller in plain JavaScript may write anything. A required value that is missing must never widen
// a grant, and a misspelt option must never be ignored.

/** One entry for each name of `T`: what is optional there is optional here, and a missing or misspelt name does not compile. */
export type OptionTable<T> = {
  readonly [K in keyof T]-?: undefined extends T[K]
    ? OptionalOption
    : object extends Pick<T, K>
      ? OptionalOption
      : RequiredOption;
};

/** Names that callers of other libraries write, each with the name that is meant. */
export type Hints = Readonly<Record<string, string>>;

/** Throws, or returns nothing. */
export type OptionsCheck = (options: unknown) => void;

/**
 * Prepares the check of one function's options. Do it once, when the module loads.
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
  const shape = shapeOf(table, hints);
  return (options) => {
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
  const shape = shapeOf(table, hints);
  return {
    ...takes.special('an object', (value) => fits(value, shape)),
    explain: (value, path) => problemOf(value, shape, { subject: path, prefix: `${path}.` }),
  };
}

interface Needed {
  readonly name: string;
  readonly accepts: Option['accepts'];
}

interface Shape {
  readonly known: ReadonlyMap<string, Option>;
  readonly needed: readonly Needed[];
  readonly hints: Hints;
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
    const { name, accepts } = needed[index] as Needed;
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

// What follows runs only for options that were refused.

interface Names {
  readonly subject: string;
  /** What comes before an option's name. */
  readonly prefix: string;
}

function problemOf(options: unknown, { known, hints }: Shape, { subject, prefix }: Names): string {
  const names = [...known.keys()];
  if (!isPlainObject(options)) return `${subject} takes an object of options${listed(names)}`;
  const stranger = Object.keys(options).find((name) => !known.has(name));
  if (stranger !== undefined) {
    const meant = Object.hasOwn(hints, stranger) ? hints[stranger] : similar(stranger, names);
    const advice = meant === undefined ? listed(names) : `. Did you mean ${meant}?`;
    return `${subject} has no option ${isWord(stranger) ? `"${stranger}"` : 'of that name'}${advice}`;
  }
  for (const [name, option] of known) {
    const value = options[name];
    if (value === undefined && !option.optional) return `${prefix}${name} is missing: it must be ${option.takes}`;
    if (value !== undefined && !option.accepts(value)) return mismatch(value, prefix + name, option);
  }
  return `${subject}: the options changed while they were read`;
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

function listed(names: readonly string[]): string {
  return names.length === 0 ? '' : `: ${names.join(', ')}`;
}
