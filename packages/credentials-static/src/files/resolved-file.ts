import type { CredentialSource, FetchContext, FetchedCredentials } from '@ossgrant/signer-core';
import { CredentialError } from '@ossgrant/signer-core';
import type { OpenedFile } from './file-access.ts';

/** How a file becomes a source. */
export interface ResolvedFileOptions {
  readonly name: string;
  readonly open: () => Promise<OpenedFile>;
  readonly resolve: (file: OpenedFile) => CredentialSource;
}

/**
 * A source that reads a file at each fetch. As long as the file stays the same, so does the source that it led to, with what
 * that one remembers.
 */
export function resolvedFile(options: ResolvedFileOptions): CredentialSource {
  let last: { readonly file: OpenedFile; readonly source: CredentialSource } | undefined;
  return {
    name: options.name,
    async fetch(context: FetchContext): Promise<FetchedCredentials> {
      const file = await options.open();
      if (last === undefined || last.file.text !== file.text || last.file.path !== file.path) {
        last = { file, source: resolve(options, file) };
      }
      return last.source.fetch(context);
    },
  };
}

function resolve(options: ResolvedFileOptions, file: OpenedFile): CredentialSource {
  try {
    return options.resolve(file);
  } catch (cause) {
    if (cause instanceof CredentialError) throw cause;
    // The other packages refuse malformed options with a TypeError or RangeError, which names the option.
    const said = cause instanceof Error ? cause.message : 'was refused';
    throw new CredentialError(`${file.path}: ${said}`, { code: 'INVALID_CONFIG', retryable: false, cause });
  }
}
