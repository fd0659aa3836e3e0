import type { Readable } from 'node:stream';
import type { ExitCode } from './failure/cli-error.ts';
import type { Output } from './output/output.ts';

/** A verb that is loaded when it is needed. */
export interface LazyVerb {
  readonly name: string;
  /** Repeats the verb's own summary; a test keeps them equal. */
  readonly summary: string;
  load(): Promise<Verb>;
}

/** What a verb may use of the process. Verbs read nothing else of it. */
export interface ProcessContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Opened on the first call: a start that reads nothing does not pay for it. */
  readonly stdin: () => Readable & { readonly isTTY?: boolean };
  /** For the result alone. */
  readonly stdout: Output;
  /** For everything else. */
  readonly stderr: Output;
  /** Aborted by Ctrl-C, SIGTERM, SIGHUP and SIGQUIT. */
  readonly signal: AbortSignal;
  /** Runs the same command line again with more variables, which Node reads at its start, and returns its exit code. */
  readonly restart: (env: Readonly<Record<string, string>>) => Promise<ExitCode>;
}

/** One option. The same description parses it, documents it in the help and completes it. */
export interface OptionSpec {
  /** A flag takes no value. */
  readonly type: 'flag' | 'text';
  /** One letter, for `-x`. */
  readonly short?: string;
  /** May be given several times; its value is a list. */
  readonly multiple?: true;
  /** Placeholder for the value in the help, such as `DURATION`. */
  readonly value?: string;
  /** The only values allowed. */
  readonly choices?: readonly string[];
  /** What a shell completes as its value. */
  readonly completes?: 'file' | 'folder';
  readonly help: string;
}

/** Options by their long names, without the dashes. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** The values that a command line gives for an option table. */
export type OptionValues<O extends OptionTable> = { readonly [K in keyof O]: OptionValue<O[K]> };

type OptionValue<S extends OptionSpec> = S['type'] extends 'flag'
  ? boolean
  : S extends { readonly multiple: true }
    ? readonly string[]
    : S extends { readonly choices: readonly (infer C)[] }
      ? C | undefined
      : string | undefined;

/** The arguments that are not options. */
export interface PositionalSpec {
  /** As the usage line shows it, such as `oss://BUCKET/KEY`. */
  readonly name: string;
  readonly min: number;
  /** @default unlimited */
  readonly max?: number;
  readonly choices?: readonly string[];
  readonly completes?: 'file' | 'folder';
}

/** An example command. */
export interface Example {
  readonly description: string;
  readonly command: string;
}

/** What a verb runs with. */
export interface Context<O extends OptionTable = OptionTable> extends ProcessContext {
  /** The arguments that are not options. */
  readonly args: readonly string[];
  readonly options: OptionValues<O>;
  /** All verbs, in the order of the help. */
  readonly verbs: readonly LazyVerb[];
}

/** One verb of the command line. */
export interface Verb<O extends OptionTable = OptionTable> {
  /** One word, or two such as `policy build`. */
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  readonly examples: readonly Example[];
  readonly positional: PositionalSpec;
  readonly options: O;
  /** Does the work. Failures are thrown; no exit code means success. */
  run(context: Context<O>): Promise<ExitCode | void>;
}

/** Keeps the option table's literal types, so that `run` knows the type of each option. */
export function defineVerb<const O extends OptionTable>(verb: Verb<O>): Verb<O> {
  return verb;
}

/** Options that every verb has. */
export const GLOBAL_OPTIONS = {
  help: { type: 'flag', short: 'h', help: 'show this help' },
  verbose: { type: 'flag', help: 'with an error, show the stack trace' },
} as const satisfies OptionTable;
