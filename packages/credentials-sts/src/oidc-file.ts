import { createReadStream } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import { CredentialError } from '@ossgrant/credentials-core';
import { bareError, checkArgument, takes } from '@ossgrant/credentials-core/internal';

// STS takes 20,000 characters. The limit keeps a device or a log that was named by mistake from being read to its end.
const MAX_BYTES = 65_536;

/**
 * Makes a function that reads an OIDC token from a file, for `assumeRoleWithOidc`. Node only.
 *
 * @param path `ALIBABA_CLOUD_OIDC_TOKEN_FILE` in a cluster
 * @throws TypeError for a path that is not a string
 */
export function oidcTokenFile(path: string): () => Promise<string> {
  checkArgument('oidcTokenFile', 'path', path, takes.filledText);
  return async () => {
    let text;
    try {
      // A byte more than allowed shows that there is more. A size that is asked for first is 0 for a device.
      text = await textOf(createReadStream(path, { end: MAX_BYTES }));
    } catch (cause) {
      const code = (cause as { readonly code?: unknown }).code;
      throw new CredentialError(`the OIDC token file ${path} could not be read (${String(code)})`, {
        code: 'INVALID_CONFIG',
        // A cluster replaces the file, so it may be missing for a moment.
        retryable: code === 'ENOENT',
        cause: bareError(cause),
      });
    }
    if (text.length <= MAX_BYTES) return text;
    const message = `the OIDC token file ${path} is longer than ${MAX_BYTES} bytes`;
    throw new CredentialError(message, { code: 'INVALID_CONFIG', retryable: false });
  };
}
