import { quotePosix } from '../../quote/posix.ts';
import { firstWords, type CompletedVerb } from './model.ts';

/** A completion script for bash 3.2 and newer, which needs nothing else. */
export function bashCompletion(verbs: readonly CompletedVerb[]): string {
  const first = firstWords(verbs);
  const families = first.filter(({ second }) => second.length > 0);
  return [
    '# Completion of ossgrant in bash. Put into ~/.bashrc: eval "$(ossgrant completion bash)"',
    '_ossgrant() {',
    '  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]} at=2',
    "  local IFS=$'\\n' words= files=",
    '  COMPREPLY=()',
    ...families.map(
      ({ word, second }) =>
        `  if [[ $verb == ${word} && COMP_CWORD -eq 2 ]]; then words=${lines(second.map((verb) => verb.words[1] ?? ''))}; fi`,
    ),
    ...families.map(({ word }) => `  if [[ $verb == ${word} ]]; then verb="${word} \${COMP_WORDS[2]}"; at=3; fi`),
    `  if [[ COMP_CWORD -eq 1 ]]; then words=${lines([...first.map(({ word }) => word), '--help', '--version'])}`,
    '  elif [[ COMP_CWORD -ge at ]]; then',
    '    case "$verb $prev" in',
    ...verbs.flatMap(valueCases),
    '      *) case "$verb" in',
    ...verbs.map(wordCase),
    '      esac ;;',
    '    esac',
    '  fi',
    '  [[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    '  if [[ -n $files ]]; then',
    '    compopt -o filenames 2>/dev/null',
    '    COMPREPLY+=($(compgen "$files" -- "$cur"))',
    '  fi',
    '}',
    'complete -F _ossgrant ossgrant',
    '',
  ].join('\n');
}

// After an option that takes a value comes the value alone.
function valueCases({ words, options }: CompletedVerb): readonly string[] {
  return options
    .filter(({ type }) => type === 'text')
    .map(({ name, short, choices, completes }) => {
      const names = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
      const patterns = names.map((option) => quotePosix(`${words.join(' ')} ${option}`)).join('|');
      const action = choices === undefined ? fileAction(completes) : `words=${lines(choices)}`;
      return `      ${patterns}) ${action} ;;`;
    });
}

function wordCase({ words, options, positional }: CompletedVerb): string {
  const offered = [...options.map(({ name }) => `--${name}`), ...(positional.choices ?? [])];
  const files = positional.completes === undefined ? '' : `; ${fileAction(positional.completes)}`;
  return `        ${quotePosix(words.join(' '))}) words=${lines(offered)}${files} ;;`;
}

function fileAction(completes: 'file' | 'folder' | undefined): string {
  if (completes === undefined) return ':';
  return completes === 'file' ? 'files=-f' : 'files=-d';
}

function lines(words: readonly string[]): string {
  return `$'${words.join(String.raw`\n`)}'`;
}
