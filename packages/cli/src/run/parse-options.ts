import { parseArgs, type ParseArgsConfig } from 'node:util';
import { defined } from '@ossgrant/credentials-core/internal';
import { usageError } from '../failure/cli-error.ts';
import { type OptionSpec, type OptionTable, type OptionValues, type Verb, GLOBAL_OPTIONS } from '../verb.ts';
import { didYouMean } from './find-verb.ts';

const CREDENTIAL_OPTION =
  /^(access-?key(-?id|-?secret)?|(secret|security|session|sts)-?(key|token)|ak|sk|secret|token|password)$/i;

/**
 * Refuses options that would carry credentials: other users of the machine can read command lines, and shells record them.
 *
 * @throws CliError that names the variables to set instead
 */
export function refuseCredentials(option: string): void {
  if (!CREDENTIAL_OPTION.test(option)) return;
  throw usageError(
    `--${option}: credentials are never passed as arguments: other users of this machine and the shell history would see them`,
    'set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET (and OSS_SESSION_TOKEN), or give --profile NAME',
  );
}

/** The parsed command line of a verb. */
export interface ParsedCommand {
  readonly args: readonly string[];
  readonly options: OptionValues<OptionTable>;
  readonly wantsHelp: boolean;
  readonly isVerbose: boolean;
}

type Token = NonNullable<ReturnType<typeof parseArgs<ParseArgsConfig & { tokens: true }>>['tokens']>[number];

/**
 * Parses the words after the verb.
 *
 * @throws CliError for an option, value or argument that the verb does not take
 */
export function parseOptions(verb: Verb, words: readonly string[]): ParsedCommand {
  const table: OptionTable = { ...verb.options, ...GLOBAL_OPTIONS };
  // Not strict: its messages suggest no similar names and no fixes, so the tokens are checked here.
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(table).map(([name, spec]) => [
        name,
        { type: spec.type === 'flag' ? 'boolean' : 'string', ...defined({ short: spec.short }) } as const,
      ]),
    ),
  });
  const values: Record<string, boolean | string | string[] | undefined> = {};
  for (const [name, spec] of Object.entries(table)) values[name] = emptyValue(spec);
  for (const token of tokens) take(values, table, token, verb);
  const args = tokens.filter((token) => token.kind === 'positional').map(({ value }) => value);
  const wantsHelp = values['help'] === true;
  if (!wantsHelp) checkArguments(verb, args);
  return {
    args,
    options: values as OptionValues<OptionTable>,
    wantsHelp,
    isVerbose: values['verbose'] === true,
  };
}

function emptyValue(spec: OptionSpec): boolean | string[] | undefined {
  if (spec.type === 'flag') return false;
  return spec.multiple ? [] : undefined;
}

function take(
  values: Record<string, boolean | string | string[] | undefined>,
  table: OptionTable,
  token: Token,
  verb: Verb,
): void {
  if (token.kind !== 'option') return;
  const { name, rawName, value } = token;
  const spec = Object.hasOwn(table, name) ? table[name] : undefined;
  if (spec === undefined) {
    refuseCredentials(name);
    const near = rawName.startsWith('--') ? didYouMean(name, Object.keys(table)) : undefined;
    throw usageError(
      `unknown option ${rawName}`,
      near === undefined ? `see: ossgrant ${verb.name} --help` : `did you mean --${near}?`,
    );
  }
  if (spec.type === 'flag') {
    if (value !== undefined) throw usageError(`${rawName} takes no value`);
    values[name] = true;
    return;
  }
  if (value === undefined) throw usageError(`${rawName} needs a value: ${spec.value ?? 'VALUE'}`);
  if (!token.inlineValue && value.length > 1 && value.startsWith('-')) {
    throw usageError(`${rawName} needs a value`, `write a value that starts with a dash as --${name}=${value}`);
  }
  checkChoice(rawName, value, spec.choices);
  const earlier = values[name];
  if (Array.isArray(earlier)) earlier.push(value);
  else if (earlier === undefined) values[name] = value;
  else throw usageError(`${rawName} is given twice`);
}

function checkArguments(verb: Verb, args: readonly string[]): void {
  const { name, min, max = Infinity, choices } = verb.positional;
  if (args.length < min) throw usageError(`${name} is missing`, `see: ossgrant ${verb.name} --help`);
  if (args.length > max) {
    throw usageError(
      max === 0 ? `${verb.name} takes no argument` : `${verb.name} takes ${max} argument${max === 1 ? '' : 's'}`,
    );
  }
  for (const arg of args) checkChoice(name, arg, choices);
}

function checkChoice(what: string, value: string, choices: readonly string[] | undefined): void {
  if (choices === undefined || choices.includes(value)) return;
  const near = didYouMean(value, choices);
  throw usageError(
    `${what} must be one of ${choices.join(', ')}`,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
}
