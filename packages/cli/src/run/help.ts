import { EXIT_MEANINGS } from '../failure/cli-error.ts';
import { type OptionSpec, type Verb, type LazyVerb, GLOBAL_OPTIONS } from '../verb.ts';

const DOCS = 'https://www.npmjs.com/package/ossgrant';

/** Help for one verb: examples first. */
export function verbHelp(verb: Verb): string {
  const { name, min, max = Infinity } = verb.positional;
  const argument = `${min === 0 ? `[${name}]` : name}${max > 1 ? '...' : ''}`;
  const options = Object.entries({ ...verb.options, ...GLOBAL_OPTIONS });
  return [
    `${verb.summary}.`,
    '',
    'Examples:',
    ...verb.examples.flatMap(({ says, command }) => [`  # ${says}`, `  ${command}`]),
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
    'Hand out, inspect, explain and download links to private Alibaba Cloud OSS objects.',
    '',
    'Examples:',
    '  # a link that lasts a quarter of an hour',
    '  ossgrant sign oss://my-bucket/report.pdf --expires 15m',
    '',
    'Usage: ossgrant VERB [options]; ossgrant VERB --help tells more',
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

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.min(34, Math.max(...rows.map(([term]) => term.length)));
  return rows.map(([term, text]) =>
    term.length > width ? `  ${term}\n  ${' '.repeat(width)}  ${text}` : `  ${term.padEnd(width)}  ${text}`,
  );
}
