import { type OptionsCheck, optional, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import type { FromCliConfigOptions } from '@ossgrant/credentials-static/files';

/** Options of `defaultChain`. */
export interface DefaultChainOptions extends Pick<FromCliConfigOptions, 'env' | 'home' | 'readFile'> {
  /**
   * Profile of the CLI's or the SDKs' file. No other source is asked then.
   *
   * @default ALIBABA_CLOUD_PROFILE, which counts as much; without it each file's own default
   */
  readonly profile?: string;
  /** Whether the metadata service may be asked without a session token when it does not know them. @default 'never' */
  readonly imdsV1?: 'never' | 'fallback';
  /** @default 'http://100.100.100.200' */
  readonly metadataEndpoint?: string;
  /** For STS and https URIs; it never calls this machine or the metadata service. @default the platform's */
  readonly fetch?: typeof fetch;
}

/** Refuses options that cannot be right. */
export const checkOptions: OptionsCheck = optionsCheck<DefaultChainOptions>('defaultChain', {
  env: optional(takes.mapOf(takes.special('a string', (value) => value === undefined || typeof value === 'string'))),
  home: optional(takes.filledText),
  readFile: optional(takes.function),
  profile: optional(takes.filledText),
  imdsV1: optional(takes.oneOf('never', 'fallback')),
  metadataEndpoint: optional(takes.filledText),
  fetch: optional(takes.function),
});

/** The environment that the sources read. */
export type Environment = NonNullable<DefaultChainOptions['env']>;

/** The environment that the options name. */
export function environmentOf(options: DefaultChainOptions): Environment {
  return options.env ?? process.env;
}

/** A variable's value; empty and blank count as not set. */
export function variable(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

/** Whether a variable is `true`, in any case. */
export function isTrue(env: Environment, name: string): boolean {
  return variable(env, name)?.toLowerCase() === 'true';
}
