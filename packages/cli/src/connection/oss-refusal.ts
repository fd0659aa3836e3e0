import { readLimited } from '@ossgrant/credentials-core/internal';
import { parseOssError } from '@ossgrant/signer-core';
import { CliError, EXIT, type ExitCode } from '../failure/cli-error.ts';

const CREDENTIAL_CODES = new Set([
  'InvalidAccessKeyId',
  'InvalidAccessKey',
  'InvalidSecurityToken',
  'SecurityTokenExpired',
  'SecurityTokenNotSupported',
]);
const NOT_FOUND_CODES = new Set(['NoSuchKey', 'NoSuchBucket', 'NoSuchVersion', 'SymlinkTargetNotExist']);

// Larger than any error that OSS returns.
const MAX_BYTES = 65_536;

/** Reads the body of a refusal, up to a limit: the server may be anybody's. */
export async function readRefusal(response: Response): Promise<string> {
  const { bytes } = await readLimited(response.body, MAX_BYTES);
  return new TextDecoder().decode(bytes);
}

/** The exit code for a refusal by OSS. */
export function exitCodeOfRefusal(code: string | undefined, status: number): ExitCode {
  if (code !== undefined && CREDENTIAL_CODES.has(code)) return EXIT.credentials;
  if (code === 'SignatureDoesNotMatch') return EXIT.signatureMismatch;
  if ((code !== undefined && NOT_FOUND_CODES.has(code)) || status === 404) return EXIT.notFound;
  return code === 'AccessDenied' || status === 403 ? EXIT.policyDenies : EXIT.failure;
}

/** Turns a refusal into an error, with only those of its fields that are safe to show. */
export async function ossRefusal(what: string, response: Response): Promise<CliError> {
  const info = parseOssError({
    status: response.status,
    header: (name) => response.headers.get(name),
    body: await readRefusal(response),
  });
  const details = [info.message, info.ec && `EC ${info.ec}`, info.requestId && `request ${info.requestId}`];
  return new CliError(
    exitCodeOfRefusal(info.code, info.status),
    `${what}: OSS returned ${info.status} ${info.code ?? ''}`.trimEnd() +
      details
        .filter(Boolean)
        .map((detail) => `; ${detail}`)
        .join(''),
    { fix: info.code === undefined ? undefined : REFUSAL_FIXES[info.code] },
  );
}

/** How to fix a refusal that is not about the signature, by OSS's Code. */
export const REFUSAL_FIXES: Readonly<Record<string, string>> = {
  AccessDenied:
    'the signature is correct, but the signer lacks permission: check RAM, role, session and bucket policies',
  InvalidAccessKeyId: 'the AccessKey ID is unknown or disabled: sign with another',
  InvalidSecurityToken: 'sign again with new temporary credentials, and use the key and the token together',
  SecurityTokenExpired: 'sign again with new temporary credentials',
  RequestTimeTooSkewed: 'correct the clock of the machine that signs',
  NoSuchKey: 'the object does not exist: check the key, including case and slashes',
  NoSuchBucket: 'the bucket does not exist: check its name and region',
  NoSuchVersion: 'this version was deleted',
  InvalidObjectState: 'the object is archived: restore it first',
};
