import { quotePosix } from '../../output/quote.ts';
import { firstWords, type CompletedVerb, type CompletedOption, type FirstWord } from './model.ts';

/** A completion script for bash 3.2 and newer, without the bash-completion package. */
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

// After an option with a value, only the value is offered.
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

/** A completion script for fish. */
export function fishCompletion(verbs: readonly CompletedVerb[]): string {
  const first = firstWords(verbs);
  return [
    '# Completion of ossgrant in fish. Save as ~/.config/fish/completions/ossgrant.fish',
    'complete -c ossgrant -f',
    ...first.map(({ word, summary }) =>
      fishLine({ when: '__fish_use_subcommand', rest: `-a ${word} -d ${quoteFish(summary)}` }),
    ),
    ...first.flatMap(({ word, second }) =>
      second.map((verb) => {
        const others = second.map(({ words }) => words[1]).join(' ');
        const when = `__fish_seen_subcommand_from ${word}; and not __fish_seen_subcommand_from ${others}`;
        return fishLine({ when, rest: `-a ${verb.words[1]} -d ${quoteFish(verb.summary)}` });
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
      : [fishLine({ when, rest: `-a ${quoteFish(positional.choices.join(' '))}` })]),
    ...(positional.completes === undefined ? [] : [fishLine({ when, rest: '-F' })]),
    ...options.map((option) => fishLine({ when, rest: optionWords(option) })),
  ];
}

function optionWords({ name, short, type, choices, completes, help }: CompletedOption): string {
  const words = ['-l', name, ...(short === undefined ? [] : ['-s', short]), '-d', quoteFish(help)];
  if (type === 'flag') return words.join(' ');
  if (choices !== undefined) return [...words, '-x', '-a', quoteFish(choices.join(' '))].join(' ');
  return [...words, ...(completes === undefined ? ['-x'] : ['-r', '-F'])].join(' ');
}

function fishLine({ when, rest }: { readonly when: string; readonly rest: string }): string {
  return `complete -c ossgrant -n ${quoteFish(when)} ${rest}`;
}

function quoteFish(text: string): string {
  return `'${text.replace(/['\\]/g, String.raw`\$&`)}'`;
}

/** A completion script for zsh: evaluate it, or save it as `_ossgrant` in a folder of `fpath`. */
export function zshCompletion(verbs: readonly CompletedVerb[]): string {
  const first = firstWords(verbs);
  return [
    '#compdef ossgrant',
    '# Completion of ossgrant in zsh. Put into ~/.zshrc after compinit: eval "$(ossgrant completion zsh)"',
    '_ossgrant() {',
    '  local -a verbs',
    '  if (( CURRENT == 2 )); then',
    `    verbs=(${first.map(({ word, summary }) => described(word, summary)).join(' ')})`,
    '    _describe verb verbs',
    '    return',
    '  fi',
    '  case $words[2] in',
    ...first.flatMap((word) => wordCaseZsh(word, verbs)),
    '  esac',
    '}',
    'if [[ $funcstack[1] == _ossgrant ]]; then _ossgrant "$@"; else compdef _ossgrant ossgrant; fi',
    '',
  ].join('\n');
}

function wordCaseZsh({ word, second }: FirstWord, verbs: readonly CompletedVerb[]): readonly string[] {
  if (second.length === 0) {
    const verb = verbs.find((candidate) => candidate.words.join(' ') === word);
    return verb === undefined ? [] : [`    ${word})`, ...callArguments(verb, '      '), '      ;;'];
  }
  return [
    `    ${word})`,
    '      if (( CURRENT == 3 )); then',
    `        verbs=(${second.map((verb) => described(verb.words[1] ?? '', verb.summary)).join(' ')})`,
    '        _describe verb verbs',
    '        return',
    '      fi',
    '      case $words[3] in',
    ...second.flatMap((verb) => [`        ${verb.words[1]})`, ...callArguments(verb, '          '), '          ;;']),
    '      esac',
    '      ;;',
  ];
}

// `_arguments` treats the first word as the command.
function callArguments({ words, options, positional }: CompletedVerb, indent: string): readonly string[] {
  const action = actionOf(positional.choices, positional.completes);
  const specs = [...options.flatMap(optionSpecs), `*:${message(positional.name)}:${action}`].map(quotePosix);
  return [
    `shift ${words.length} words; (( CURRENT -= ${words.length} ))`,
    `_arguments -s -S : \\`,
    ...specs.map((spec, index) => `  ${spec}${index === specs.length - 1 ? '' : ' \\'}`),
  ].map((line) => indent + line);
}

function optionSpecs(option: CompletedOption): readonly string[] {
  const { name, short, type, multiple, help } = option;
  const names = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
  const once = multiple === true ? '*' : `(${names.join(' ')})`;
  const value =
    type === 'flag' ? '' : `:${message(option.value ?? name)}:${actionOf(option.choices, option.completes)}`;
  return names.map((each) => {
    const form = type === 'text' && each.startsWith('--') ? `${each}=` : each;
    return `${once}${form}[${help.replace(/[[\]\\]/g, String.raw`\$&`)}]${value}`;
  });
}

function actionOf(choices: readonly string[] | undefined, completes: 'file' | 'folder' | undefined): string {
  if (choices !== undefined) return `(${choices.join(' ')})`;
  if (completes === undefined) return ' ';
  return completes === 'file' ? '_files' : '_files -/';
}

function described(word: string, summary: string): string {
  return quotePosix(`${word}:${message(summary)}`);
}

function message(text: string): string {
  return text.replace(/[:\\]/g, String.raw`\$&`);
}
