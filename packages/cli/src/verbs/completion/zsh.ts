import { quotePosix } from '../../quote/posix.ts';
import { firstWords, type CompletedOption, type CompletedVerb, type FirstWord } from './model.ts';

/** A completion script for zsh: to be evaluated, or saved as `_ossgrant` in a folder of `fpath`. */
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
    ...first.flatMap((word) => wordCase(word, verbs)),
    '  esac',
    '}',
    'if [[ $funcstack[1] == _ossgrant ]]; then _ossgrant "$@"; else compdef _ossgrant ossgrant; fi',
    '',
  ].join('\n');
}

function wordCase({ word, second }: FirstWord, verbs: readonly CompletedVerb[]): readonly string[] {
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

// `_arguments` takes the first word for the command.
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
