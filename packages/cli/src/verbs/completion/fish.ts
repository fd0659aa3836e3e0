import { firstWords, type CompletedOption, type CompletedVerb } from './model.ts';

/** A completion script for fish. */
export function fishCompletion(verbs: readonly CompletedVerb[]): string {
  const first = firstWords(verbs);
  return [
    '# Completion of ossgrant in fish. Save as ~/.config/fish/completions/ossgrant.fish',
    'complete -c ossgrant -f',
    ...first.map(({ word, summary }) =>
      line({ when: '__fish_use_subcommand', rest: `-a ${word} -d ${quoteFish(summary)}` }),
    ),
    ...first.flatMap(({ word, second }) =>
      second.map((verb) => {
        const others = second.map(({ words }) => words[1]).join(' ');
        const when = `__fish_seen_subcommand_from ${word}; and not __fish_seen_subcommand_from ${others}`;
        return line({ when, rest: `-a ${verb.words[1]} -d ${quoteFish(verb.summary)}` });
      }),
    ),
    ...verbs.flatMap(verbLines),
    '',
  ].join('\n');
}

function verbLines({ words, options, positional }: CompletedVerb): readonly string[] {
  const when = words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
  return [
    ...(positional.choices === undefined
      ? []
      : [line({ when, rest: `-a ${quoteFish(positional.choices.join(' '))}` })]),
    ...(positional.completes === undefined ? [] : [line({ when, rest: '-F' })]),
    ...options.map((option) => line({ when, rest: optionWords(option) })),
  ];
}

function optionWords({ name, short, type, choices, completes, help }: CompletedOption): string {
  const words = ['-l', name, ...(short === undefined ? [] : ['-s', short]), '-d', quoteFish(help)];
  if (type === 'flag') return words.join(' ');
  if (choices !== undefined) return [...words, '-x', '-a', quoteFish(choices.join(' '))].join(' ');
  return [...words, ...(completes === undefined ? ['-x'] : ['-r', '-F'])].join(' ');
}

function line({ when, rest }: { readonly when: string; readonly rest: string }): string {
  return `complete -c ossgrant -n ${quoteFish(when)} ${rest}`;
}

function quoteFish(text: string): string {
  return `'${text.replace(/['\\]/g, String.raw`\$&`)}'`;
}
