import type { Readable } from 'node:stream';
import type { ExitCode } from './failure/cli-error.ts';
import type { Output } from './output/output.ts';

/** A verb that is loaded when it is asked for. */
export interface LazyVerb {
  readonly name: string;
  /** The same as the verb's own; a test holds them together. */
  readonly summary: string;
  load(): Promise<Verb>;
}

/** What the process gives to a verb. Nothing else of the process is read. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Opened when it is called for: a start that reads nothing does not pay for it. */
  readonly stdin: () => Readable & { readonly isTTY?: boolean };
  /** For the result alone. */
  readonly stdout: Output;
  /** For everything else. */
  readonly stderr: Output;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/** One option. The same description parses it, shows it in the help and completes it. */
export interface OptionSpec {
  /** A flag takes no value. */
  readonly type: 'flag' | 'text';
  /** One letter, for `-x`. */
  readonly short?: string;
  /** May be given several times; its value is a list. */
  readonly multiple?: true;
  /** What stands for the value in the help, such as `DURATION`. */
  readonly value?: string;
  /** The only values there are. */
  readonly choices?: readonly string[];
  /** What a shell may complete. */
  readonly completes?: 'file' | 'folder';
  readonly help: string;
}

/** Options by their long names, without the dashes. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** What was given of an option table. */
export type OptionValues<O extends OptionTable> = { readonly [K in keyof O]: OptionValue<O[K]> };

type OptionValue<S extends OptionSpec> = S['type'] extends 'flag'
  ? boolean
  : S extends { readonly multiple: true }
    ? readonly string[]
    : S extends { readonly choices: readonly (infer C)[] }
      ? C | undefined
      : string | undefined;

/** Arguments that are no options. */
export interface PositionalSpec {
  /** As the usage line shows it, such as `oss://BUCKET/KEY`. */
  readonly name: string;
  readonly min: number;
  /** @default as many as there are */
  readonly max?: number;
  readonly choices?: readonly string[];
  readonly completes?: 'file' | 'folder';
}

/** A command to learn from. */
export interface Example {
  readonly says: string;
  readonly command: string;
}

/** What a verb runs with. */
export interface Context<O extends OptionTable = OptionTable> extends Surroundings {
  /** The arguments that are no options. */
  readonly args: readonly string[];
  readonly options: OptionValues<O>;
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
  /** Does the work. Failures are thrown; no exit code means that all went well. */
  run(context: Context<O>): Promise<ExitCode | void>;
}

/** Keeps the option table's literal types, so that `run` knows what each option gives. */
export function defineVerb<const O extends OptionTable>(verb: Verb<O>): Verb<O> {
  return verb;
}

/** Options that every verb has. */
export const GLOBAL_OPTIONS = {
  help: { type: 'flag', short: 'h', help: 'show this help' },
  verbose: { type: 'flag', help: 'show where an error was thrown' },
} as const satisfies OptionTable;
