// The words about an option: which values it takes, and why one was refused.

/** A kind of value that an option takes. */
export interface Option {
  /** Completes "must be ...". */
  readonly takes: string;
  readonly accepts: (value: unknown) => boolean;
  /** For a value that has parts and was refused: says which part is wrong. `path` names the value. */
  readonly explain?: (value: unknown, path: string) => string | undefined;
  readonly optional: boolean;
}

/** A function's table of options, prepared for the check. */
export interface Shape {
  readonly known: ReadonlyMap<string, Option>;
  readonly needed: readonly Needed[];
  /** Names that callers of other libraries write, each with the name that is meant. */
  readonly hints: Readonly<Record<string, string>>;
}

interface Needed {
  readonly name: string;
  readonly accepts: Option['accepts'];
}

interface Names {
  readonly subject: string;
  /** What comes before an option's name. */
  readonly prefix: string;
}

/** Says what is wrong with options that were refused. */
export function problemOf(options: unknown, { known, hints }: Shape, { subject, prefix }: Names): string {
  const names = [...known.keys()];
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return `${subject} takes an object of options${listed(names)}`;
  }
  const values = options as Readonly<Record<string, unknown>>;
  const stranger = Object.keys(options).find((name) => !known.has(name));
  if (stranger !== undefined) {
    const meant = Object.hasOwn(hints, stranger) ? hints[stranger] : similar(stranger, names);
    const advice = meant === undefined ? listed(names) : `. Did you mean ${meant}?`;
    return `${subject} has no option ${isWord(stranger) ? `"${stranger}"` : 'of that name'}${advice}`;
  }
  for (const [name, option] of known) {
    const value = values[name];
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

/** Says what is wrong with a value that its option refused. */
export function mismatch(value: unknown, path: string, option: Option): string {
  return option.explain?.(value, path) ?? `${path} must be ${option.takes}`;
}

/** Whether a name is a plain word: others are not quoted, as an object passed by mistake may have a secret as a name. */
export function isWord(name: string): boolean {
  return /^[\w-]{1,40}$/.test(name);
}

/** Lists choices as a sentence does: `a, b or c`. */
export function inWords(choices: readonly string[]): string {
  return choices.length < 2
    ? choices.join('')
    : `${choices.slice(0, -1).join(', ')} or ${choices[choices.length - 1] ?? ''}`;
}
