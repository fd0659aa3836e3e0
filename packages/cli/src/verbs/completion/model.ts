import { GLOBAL_OPTIONS, type OptionSpec, type PositionalSpec, type LazyVerb } from '../../verb.ts';

/** A verb as completion sees it. */
export interface CompletedVerb {
  /** One word, or two. */
  readonly words: readonly string[];
  readonly summary: string;
  readonly positional: PositionalSpec;
  readonly options: readonly CompletedOption[];
}

export interface CompletedOption extends OptionSpec {
  /** Without dashes. */
  readonly name: string;
}

/** A first word: a verb, or the start of several two-word verbs. */
export interface FirstWord {
  readonly word: string;
  readonly summary: string;
  /** Empty for a verb of one word. */
  readonly second: readonly CompletedVerb[];
}

/** Everything that a shell can complete, from the tables that parse the command line. */
export async function completionModel(verbs: readonly LazyVerb[]): Promise<readonly CompletedVerb[]> {
  return Promise.all(
    verbs.map(async (lazy) => {
      const verb = await lazy.load();
      const options = Object.entries({ ...verb.options, ...GLOBAL_OPTIONS });
      return {
        words: verb.name.split(' '),
        summary: verb.summary,
        positional: verb.positional,
        options: options.map(([name, spec]) => ({ name, ...spec })),
      };
    }),
  );
}

/** The words that may come first. */
export function firstWords(verbs: readonly CompletedVerb[]): readonly FirstWord[] {
  const words = new Set(verbs.map((verb) => verb.words[0] ?? ''));
  return [...words].map((word) => {
    const own = verbs.filter((verb) => verb.words[0] === word);
    const second = own.filter((verb) => verb.words.length > 1);
    const summary = second.length === 0 ? own[0]?.summary : second.map((verb) => verb.words[1]).join(', ');
    return { word, summary: summary ?? '', second };
  });
}
