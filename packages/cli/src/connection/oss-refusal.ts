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
    body: await response.text(),
  });
  const details = [info.message, info.ec && `EC ${info.ec}`, info.requestId && `request ${info.requestId}`];
  return new CliError(
    exitCodeOfRefusal(info.code, info.status),
    `${what}: OSS returned ${info.status} ${info.code ?? ''}`.trimEnd() +
      details
        .filter(Boolean)
        .map((detail) => `; ${detail}`)
        .join(''),
  );
}
