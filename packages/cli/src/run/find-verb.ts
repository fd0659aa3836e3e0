import { usageError } from '../cli-error.ts';
import { VERBS, type LazyVerb } from '../verbs.ts';
import { didYouMean } from './did-you-mean.ts';

/** The verb that a command line names, and the words after it. */
export interface FoundVerb {
  readonly verb: LazyVerb;
  readonly rest: readonly string[];
}

/**
 * Finds the verb of one word or two.
 *
 * @throws CliError when there is none of that name
 */
export function findVerb(words: readonly string[]): FoundVerb {
  const [first = '', second = ''] = words;
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const verb = VERBS.find((candidate) => candidate.name === name);
    if (verb !== undefined) return { verb, rest: words.slice(length) };
  }
  const family = familyOf(first).map(({ name }) => name.slice(first.length + 1));
  if (family.length > 0) {
    const near = didYouMean(second, family);
    throw usageError(
      second === '' ? `${first} needs one of: ${family.join(', ')}` : `there is no verb "${first} ${second}"`,
      near === undefined ? `see: ossgrant ${first} --help` : `did you mean ${first} ${near}?`,
    );
  }
  const near = didYouMean(first, [...new Set(VERBS.map(({ name }) => name.split(' ')[0] ?? ''))]);
  throw usageError(
    `there is no verb "${first}"`,
    near === undefined ? 'see: ossgrant --help' : `did you mean ${near}?`,
  );
}

/** The verbs of two words that start with this one. */
export function familyOf(word: string): readonly LazyVerb[] {
  return VERBS.filter(({ name }) => name.startsWith(`${word} `));
}
