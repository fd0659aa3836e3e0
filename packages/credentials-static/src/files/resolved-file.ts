import type { CredentialSource, FetchContext, FetchedCredentials } from '@ossgrant/signer-core';
import { CredentialError } from '@ossgrant/signer-core';
import type { OpenedFile } from './file-access.ts';

/** How a file becomes a source. */
export interface ResolvedFileOptions {
  readonly name: string;
  readonly open: () => Promise<OpenedFile>;
  /** The profile that is asked for at this moment; `undefined` leaves it to the file. */
  readonly profile: () => string | undefined;
  readonly resolve: (file: OpenedFile, profile: string | undefined) => CredentialSource;
}

/**
 * A source that reads a file at each fetch. As long as the file and the profile stay the same, so does the source that they
 * led to, with what that one remembers.
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
    const said = cause instanceof Error ? cause.message : 'was refused';
    throw new CredentialError(`${file.path}: ${said}`, { code: 'INVALID_CONFIG', retryable: false, cause });
  }
}
