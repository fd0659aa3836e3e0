import { EXIT, type ExitCode } from './cli-error.ts';

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

// What to do about errors of the packages, in the words of the command line.
const FIXES: Readonly<Record<string, string>> = {
  'CredentialError NOT_CONFIGURED':
    'set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET, or configure a profile; ossgrant whoami shows what was tried',
  'CredentialError EXPIRED': 'get new temporary credentials',
  'PresignError CREDENTIAL_TOO_SHORT': 'a shorter --expires, or --if-shorter clamp',
  'PresignError LIFETIME_TOO_LONG': 'a shorter --expires, or --if-shorter clamp',
  'PresignError EXPIRED_ALREADY': 'a later --expires',
  'PresignError INLINE_MARKUP': '--attachment, or --allow-inline-markup when the content is yours',
  'SigningError REGION_UNKNOWN': 'give --region, or set OSS_REGION',
  'SigningError KEY_AMBIGUOUS_IN_V1': 'leave out --sign-version v1',
  'SigningError VALUE_AMBIGUOUS_IN_V1': 'leave out --sign-version v1',
  'SigningError INSECURE_TRANSPORT': 'an endpoint with https',
  'DownloadError NETWORK': 'check the host, the network and HTTPS_PROXY',
  'DownloadError LINK_EXPIRED': 'ask the owner for a new link',
};

/** What to do about an error, if that is known. */
export function fixOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { fix, code } = error as { readonly fix?: unknown; readonly code?: unknown };
  if (typeof fix === 'string') return fix;
  return typeof code === 'string' ? FIXES[`${error.name} ${code}`] : undefined;
}

/** A failure as the process ends with it. */
export interface Failure {
  readonly exitCode: ExitCode;
  /** For stderr: what failed, then what to do about it. */
  readonly lines: readonly string[];
}

/** How a failure came about and how much of it is wanted. */
export interface FailureOptions {
  readonly interrupted?: boolean;
  readonly verbose?: boolean;
}

/** Turns whatever was thrown into an exit code and lines for stderr. The packages' errors hold no secret. */
export function describeFailure(error: unknown, options: FailureOptions = {}): Failure {
  if (options.interrupted === true && isAbort(error)) {
    return { exitCode: EXIT.interrupted, lines: ['ossgrant: interrupted'] };
  }
  // The reader of stdout has gone, as `head` does: nobody is left to tell.
  if (codeOf(error) === 'EPIPE') return { exitCode: EXIT.failure, lines: [] };
  const fix = fixOf(error);
  return {
    exitCode: exitCodeOf(error),
    lines: [
      ...messageLines(error),
      ...(fix === undefined ? [] : [`  ${fix}`]),
      ...(options.verbose === true && error instanceof Error ? frames(error) : []),
    ],
  };
}

// Only the chain's own list of what it tried has several lines; anywhere else a new line came from outside.
function messageLines(error: unknown): readonly string[] {
  const text = `ossgrant: ${error instanceof Error ? error.message : String(error)}`;
  return codeOf(error) === 'NOT_CONFIGURED' ? text.split('\n') : [text];
}

// Causes are left out: they may come from elsewhere, and then promise nothing about secrets.
function frames(error: Error): readonly string[] {
  return (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as { readonly code?: unknown }).code : undefined;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || codeOf(error) === 'ABORT_ERR');
}
