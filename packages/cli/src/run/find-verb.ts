import { usageError } from '../failure/cli-error.ts';
import type { LazyVerb } from '../verb.ts';

/** The known word that was most likely meant, if one is near enough. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const near = known
    .map((candidate) => ({ candidate, distance: distance(word, candidate) }))
    .filter(({ candidate, distance: edits }) => edits <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)[0];
  return near?.candidate ?? known.find((candidate) => word.length >= 3 && candidate.startsWith(word));
}

// Counts edits of one character; swapping two neighbours counts as one (optimal string alignment).
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let i = 1; i <= a.length; i += 1) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      rows[i]?.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same, swapped));
    }
  }
  return at(a.length, b.length);
}

/** The verb that a command line names, and the words after it. */
export interface FoundVerb {
  readonly verb: LazyVerb;
  readonly rest: readonly string[];
}

/**
 * Finds the verb, which is one word or two.
 *
 * @throws CliError when no verb has that name
 */
export function findVerb(words: readonly string[], verbs: readonly LazyVerb[]): FoundVerb {
  const [first = '', second = ''] = words;
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const verb = verbs.find((candidate) => candidate.name === name);
    if (verb !== undefined) return { verb, rest: words.slice(length) };
  }
  const family = familyOf(first, verbs).map(({ name }) => name.slice(first.length + 1));
  if (family.length > 0) {
    const near = didYouMean(second, family);
    throw usageError(
      second === '' ? `${first} needs one of: ${family.join(', ')}` : `unknown verb "${first} ${second}"`,
      near === undefined ? `see: ossgrant ${first} --help` : `did you mean ${first} ${near}?`,
    );
  }
  const near = didYouMean(first, [...new Set(verbs.map(({ name }) => name.split(' ')[0] ?? ''))]);
  throw usageError(`unknown verb "${first}"`, near === undefined ? 'see: ossgrant --help' : `did you mean ${near}?`);
}

/** The two-word verbs that start with this word. */
export function familyOf(word: string, verbs: readonly LazyVerb[]): readonly LazyVerb[] {
  return verbs.filter(({ name }) => name.startsWith(`${word} `));
}
