import { EXIT, type ExitCode } from '../exit-codes.ts';

const DOWNLOAD: Readonly<Record<string, ExitCode>> = {
  LINK_EXPIRED: EXIT.expired,
  CREDENTIALS_REJECTED: EXIT.credentials,
  ACCESS_DENIED: EXIT.policyDenies,
  SIGNATURE_MISMATCH: EXIT.signatureMismatch,
  NOT_FOUND: EXIT.notFound,
};

/**
 * The exit code for whatever was thrown.
 *
 * Errors are told apart by name, as their packages document them: a class would have to be loaded to be compared with.
 */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof Error)) return EXIT.failure;
  const { code, exitCode } = error as { readonly code?: unknown; readonly exitCode?: ExitCode };
  switch (error.name) {
    case 'CliError':
      return exitCode ?? EXIT.failure;
    case 'CredentialError':
      return EXIT.credentials;
    case 'PresignError':
      return code === 'CREDENTIAL_TOO_SHORT' ? EXIT.credentials : EXIT.usage;
    case 'SigningError':
    case 'SessionPolicyError':
    case 'PolicySyntaxError':
      return EXIT.usage;
    case 'DownloadError':
      return DOWNLOAD[String(code)] ?? EXIT.failure;
    case 'TypeError':
    case 'RangeError':
      // Thrown by the packages for options that are wrong in themselves; those of Node carry a code.
      return code === undefined ? EXIT.usage : EXIT.failure;
    default:
      return EXIT.failure;
  }
}
