import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  CredentialError,
  type CredentialSource,
  type FetchContext,
  type FetchedCredentials,
} from '@ossgrant/credentials-core';
import type { Environment } from '../from-environment.ts';

/** Where a file is and how it is read. */
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
   * @default node:fs
   */
  readonly readFile?: (path: string) => Promise<string>;
}

/** A file's path and text. */
export interface OpenedFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads the file.
 *
 * @throws CredentialError `NOT_CONFIGURED` when there is none, `INVALID_CONFIG` when it cannot be read
 */
export async function openFile(options: FileOptions, place: readonly string[]): Promise<OpenedFile> {
  const path = options.path ?? join(options.home ?? homedir(), ...place);
  const read = options.readFile ?? ((file: string): Promise<string> => readFile(file, 'utf8'));
  try {
    const text = await read(path);
    // Editors on Windows begin files with a byte order mark, which JSON does not allow.
    return { path, text: text.replace(/^\uFEFF/, '') };
  } catch (cause) {
    const code = (cause as { readonly code?: unknown } | null)?.code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new CredentialError(`${path}: there is no such file`, { code: 'NOT_CONFIGURED', retryable: false });
    }
    throw new CredentialError(`${path}: cannot be read${typeof code === 'string' ? ` (${code})` : ''}`, {
      code: 'INVALID_CONFIG',
      retryable: false,
    });
  }
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
    // The other packages refuse malformed options with a TypeError or RangeError, which names the option.
    const reason = cause instanceof Error ? cause.message : 'was refused';
    throw new CredentialError(`${file.path}: ${reason}`, { code: 'INVALID_CONFIG', retryable: false, cause });
  }
}
