import { readFile, stat } from 'node:fs/promises';
import { CredentialError } from '@ossgrant/credentials-core';

// STS takes 20,000 characters. The limit keeps a device or a log that was named by mistake from being read to its end.
const MAX_BYTES = 65_536;

/**
 * Makes a function that reads an OIDC token from a file, for `assumeRoleWithOidc`. Node only.
 *
 * @param path `ALIBABA_CLOUD_OIDC_TOKEN_FILE` in a cluster
 */
export function oidcTokenFile(path: string): () => Promise<string> {
  return async () => {
    try {
      const { size } = await stat(path);
      if (size > MAX_BYTES) throw new RangeError(`it has ${size} bytes`);
      return await readFile(path, 'utf8');
    } catch (cause) {
      const code = (cause as { readonly code?: unknown }).code;
      const reason = typeof code === 'string' ? code : 'too large';
      throw new CredentialError(`the OIDC token file ${path} could not be read (${reason})`, {
        code: 'INVALID_CONFIG',
        // A cluster replaces the file, so it may be missing for a moment.
        retryable: code === 'ENOENT',
        cause,
      });
    }
  };
}
