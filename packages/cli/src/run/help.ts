import { EXIT_MEANINGS } from '../failure/cli-error.ts';
import { type OptionSpec, type Verb, type LazyVerb, GLOBAL_OPTIONS } from '../verb.ts';

const DOCS = 'https://www.npmjs.com/package/ossgrant';
const COLUMNS = 80;
const TERM_COLUMNS = 26;

/** Help for one verb: examples first. */
export function verbHelp(verb: Verb): string {
  const { name, min, max = Infinity } = verb.positional;
  const argument = `${min === 0 ? `[${name}]` : name}${max > 1 ? '...' : ''}`;
  const options = Object.entries({ ...verb.options, ...GLOBAL_OPTIONS });
  return [
    `${verb.summary}.`,
    '',
    'Examples:',
    ...verb.examples.flatMap(({ description, command }) => [`  # ${description}`, `  ${command}`]),
    '',
    `Usage: ossgrant ${verb.name}${max === 0 ? '' : ` ${argument}`} [options]`,
    '',
    'Options:',
    ...columns(options.map(([option, spec]) => [optionTerm(option, spec), spec.help])),
    '',
    ...closing(),
  ].join('\n');
}

/** Help for the command, or for the verbs that start with the same word. */
export function commandHelp(verbs: readonly LazyVerb[]): string {
  return [
    'Sign, inspect, explain and download links to private Alibaba Cloud OSS objects.',
    '',
    'Examples:',
    '  # a link that works for 15 minutes',
    '  ossgrant sign oss://my-bucket/report.pdf --expires 15m',
    '',
    'Usage: ossgrant VERB [options]',
    '       ossgrant VERB --help',
    '',
    'Verbs:',
    ...columns(verbs.map(({ name, summary }) => [name, summary])),
    '',
    ...closing(),
  ].join('\n');
}

function closing(): readonly string[] {
  const codes = EXIT_MEANINGS.map(([code, meaning]) => `${code} ${meaning}`);
  const half = Math.ceil(codes.length / 2);
  return [
    `Exit codes: ${codes.slice(0, half).join(', ')},`,
    `  ${codes.slice(half).join(', ')}`,
    `Documentation: ${DOCS}`,
    '',
  ];
}

function optionTerm(name: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
  const value = spec.type === 'flag' ? '' : ` ${spec.value ?? spec.choices?.join('|') ?? 'VALUE'}`;
  return `${short}--${name}${value}`;
}

// A term that is too long gets a line of its own.
function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([term]) => term.length).filter((length) => length <= TERM_COLUMNS));
  const indent = ' '.repeat(width + 4);
  return rows.flatMap(([term, text]) => {
    const [first = '', ...rest] = wrap(text, COLUMNS - indent.length);
    const head = term.length > width ? [`  ${term}`, `${indent}${first}`] : [`  ${term.padEnd(width)}  ${first}`];
    return [...head, ...rest.map((line) => indent + line)];
  });
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
