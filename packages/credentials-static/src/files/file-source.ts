import { createReadStream } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import {
  CredentialError,
  type CredentialSource,
  type FetchContext,
  type FetchedCredentials,
} from '@ossgrant/credentials-core';
import { nestedOptions, optional, optionsCheck, type OptionsCheck, takes } from '@ossgrant/credentials-core/internal';
import { type Environment, takesEnvironment } from '../from-environment.ts';
import type { ProfileSources } from './profile.ts';

/** Options of all that read a file of profiles. */
export interface FileOptions {
  /** The file. @default the tool's own place in the home folder */
  readonly path?: string;
  /** @default the user's home folder */
  readonly home?: string;
  /** @default process.env */
  readonly env?: Environment;
  /**
   * Reads a file as text. An error with the code `ENOENT` means that there is no such file.
   *
   * @default node:fs, up to 1 MiB
   */
  readonly readFile?: (path: string) => Promise<string>;
  /** The profile. @default the file's own default */
  readonly profile?: string;
  /** The functions behind the modes that need the network or a process. @default none */
  readonly sources?: ProfileSources;
}

/** The check of one function's options. */
export function fileOptionsCheck(where: string): OptionsCheck {
  const source = optional(takes.function);
  return optionsCheck<FileOptions>(where, {
    path: optional(takes.filledText),
    home: optional(takes.filledText),
    env: optional(takesEnvironment),
    readFile: optional(takes.function),
    profile: optional(takes.filledText),
    sources: optional(
      nestedOptions<ProfileSources>({
        assumeRole: source,
        oidc: source,
        ecsRamRole: source,
        credentialsUri: source,
        externalProcess: source,
      }),
    ),
  });
}

/** A variable's value; empty and blank count as not set. */
export function variable({ env = process.env }: FileOptions, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/** A file's path and text. */
export interface OpenedFile {
  readonly path: string;
  readonly text: string;
}

/** The place of a file. */
interface FilePlace {
  /** The path that an option or a variable gives. */
  readonly named: string | undefined;
  /** The tool's own place, below the home folder. */
  readonly usual: readonly string[];
}

// More than any such file has. A device or a log that was named by mistake is not read to its end.
const MAX_BYTES = 1_048_576;

/**
 * Reads the file.
 *
 * @throws CredentialError `NOT_CONFIGURED` when there is none in the usual place, `INVALID_CONFIG` when it cannot be read or does not
 *   exist though it was named
 */
export async function openFile(options: FileOptions, { named, usual }: FilePlace): Promise<OpenedFile> {
  const path = named ?? join(options.home ?? homedir(), ...usual);
  // A byte more than allowed shows that there is more.
  const read = options.readFile ?? ((file: string) => textOf(createReadStream(file, { end: MAX_BYTES })));
  let text: string;
  try {
    text = await read(path);
  } catch (cause) {
    const code = (cause as { readonly code?: unknown } | null)?.code;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    if (isMissing && named === undefined) throw notConfigured(`${path}: there is no such file`);
    if (isMissing) throw invalidFile(path, 'there is no such file, though it was asked for by name');
    throw invalidFile(path, `cannot be read${typeof code === 'string' ? ` (${code})` : ''}`);
  }
  if (typeof text !== 'string') throw invalidFile(path, 'readFile must return a string');
  if (text.length > MAX_BYTES) throw invalidFile(path, `is longer than ${MAX_BYTES} bytes`);
  // Editors on Windows begin files with a byte order mark, which JSON does not allow.
  return { path, text: text.replace(/^\uFEFF/, '') };
}

/** The error for a file that cannot be used. */
export function invalidFile(path: string, problem: string): CredentialError {
  return new CredentialError(`${path}: ${problem}`, { code: 'INVALID_CONFIG', retryable: false });
}

/** The error for a file or profile that is not there. */
export function notConfigured(message: string): CredentialError {
  return new CredentialError(message, { code: 'NOT_CONFIGURED', retryable: false });
}

/** How a file becomes a source. */
interface ResolvedFileOptions {
  readonly name: string;
  readonly open: () => Promise<OpenedFile>;
  /** The profile that is asked for now; `undefined` leaves the choice to the file. */
  readonly profile: () => string | undefined;
  readonly resolve: (file: OpenedFile, profile: string | undefined) => CredentialSource;
}

/**
 * A source that reads a file at each fetch. While the file and the profile stay the same, the source behind them stays too,
 * with what it remembers.
 */
export function resolvedFile(options: ResolvedFileOptions): CredentialSource {
  let last: { readonly key: string; readonly source: CredentialSource } | undefined;
  return {
    name: options.name,
    async fetch(context: FetchContext): Promise<FetchedCredentials> {
      const file = await options.open();
      const profile = options.profile();
      const key = JSON.stringify([file.path, profile, file.text]);
      if (last?.key !== key) last = { key, source: resolve(options, file, profile) };
      return last.source.fetch(context);
    },
  };
}

function resolve(options: ResolvedFileOptions, file: OpenedFile, profile: string | undefined): CredentialSource {
  try {
    return options.resolve(file, profile);
  } catch (cause) {
    if (cause instanceof CredentialError) throw cause;
    // The other packages refuse malformed options with a TypeError or RangeError, which names the option. Any other message may hold
    // anything.
    const reason = cause instanceof TypeError || cause instanceof RangeError ? cause.message : 'cannot be used';
    throw invalidFile(file.path, reason);
  }
}
