/** A kind of value that an option takes. */
export interface Option {
  /** Completes "must be ...". */
  readonly takes: string;
  readonly accepts: (value: unknown) => boolean;
  /** For a value that has parts and was refused: says which part is wrong. `path` names the value. */
  readonly explain?: (value: unknown, path: string) => string | undefined;
  readonly optional: boolean;
}

/** The option must be given. */
export interface RequiredOption extends Option {
  readonly optional: false;
}

/** The option may be left out. */
export interface OptionalOption extends Option {
  readonly optional: true;
}

/** Kinds of values that options take. What OSS makes of a value of the right type is checked where it is used. */
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

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return isPlainObject(value) && names.every((name) => typeof value[name] === 'function');
}

/** Whether a value can hold options: arrays cannot. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Says what is wrong with a value that its option refused. */
export function mismatch(value: unknown, path: string, option: Option): string {
  return option.explain?.(value, path) ?? `${path} must be ${option.takes}`;
}

/** Whether a name is a plain word: others are not quoted, as an object passed by mistake may have a secret as a name. */
export function isWord(name: string): boolean {
  return /^[\w-]{1,40}$/.test(name);
}

function inWords(choices: readonly string[]): string {
  return choices.length < 2
    ? choices.join('')
    : `${choices.slice(0, -1).join(', ')} or ${choices[choices.length - 1] ?? ''}`;
}
