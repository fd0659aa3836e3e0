import { EXIT, type ExitCode } from './cli-error.ts';

const DOWNLOAD: Readonly<Record<string, ExitCode>> = {
  LINK_EXPIRED: EXIT.expired,
  CREDENTIALS_REJECTED: EXIT.credentials,
  ACCESS_DENIED: EXIT.policyDenies,
  SIGNATURE_MISMATCH: EXIT.signatureMismatch,
  NOT_FOUND: EXIT.notFound,
};

/**
 * The exit code for a thrown value.
 *
 * Errors are recognised by the names that their packages document: comparing classes would mean loading the packages.
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
      // The packages throw these for invalid options, without a code; errors from Node carry one.
      return code === undefined ? EXIT.usage : EXIT.failure;
    default:
      return EXIT.failure;
  }
}

// How to fix errors of the packages, in terms of the command line.
const FIXES: Readonly<Record<string, string>> = {
  'CredentialError NOT_CONFIGURED':
    'set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET, or configure a profile; ossgrant whoami lists every source',
  'CredentialError EXPIRED': 'get new temporary credentials',
  'PresignError EXPIRED_ALREADY': 'give a later --expires',
  'PresignError INLINE_MARKUP': 'use --attachment, or --allow-inline-markup if you trust the content',
  'SigningError REGION_UNKNOWN': 'give --region, or set OSS_REGION',
  'SigningError KEY_AMBIGUOUS_IN_V1': 'remove --sign-version v1',
  'SigningError VALUE_AMBIGUOUS_IN_V1': 'remove --sign-version v1',
  'SigningError INSECURE_TRANSPORT': 'use an https endpoint',
  'DownloadError NETWORK': 'check the host, the network and HTTPS_PROXY',
  'DownloadError LINK_EXPIRED': 'ask the owner for a new link',
};

/** How to fix an error, where that is known. */
export function fixOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { fix, code } = error as { readonly fix?: unknown; readonly code?: unknown };
  if (typeof fix === 'string') return fix;
  return typeof code === 'string' ? FIXES[`${error.name} ${code}`] : undefined;
}

// Options of the packages that their messages name, and the options of the command line that set them.
const OPTIONS: Readonly<Record<string, string>> = {
  addressing: '--addressing',
  additionalHeaders: '--header',
  allowInlineMarkup: '--allow-inline-markup',
  bandwidthLimit: '--limit-rate',
  durationSeconds: '--duration',
  expiresAt: '--expires',
  expiresIn: '--expires',
  externalId: '--external-id',
  headTwin: '--head-twin',
  ifShorter: '--if-shorter',
  network: '--network',
  requireVerified: '--require-checksum',
  roleArn: '--role',
  secureTransport: '--https-only',
  sessionName: '--session',
  sourceIp: '--ip',
  stableWindow: '--stable',
  trafficLimit: '--limit-rate',
  versionId: '--version-id',
};
// Words of English count only with a value.
const WORDS = ['addressing', 'network'];
const NAMES = Object.keys(OPTIONS).filter((name) => !WORDS.includes(name));
const OPTION = new RegExp(
  `\\b(?:(${WORDS.join('|')})(?=:? (?:to )?["'])|(${NAMES.join('|')}))\\b(?::? (?:to )?["']([\\w-]+)["'])?`,
  'g',
);

/** A message of a package, with the command line's options in place of the package's. */
export function inCommandWords(message: string): string {
  return message.replace(OPTION, (_, word: string | undefined, name: string | undefined, value?: string) => {
    const option = OPTIONS[word ?? name ?? ''] ?? '';
    return value === undefined ? option : `${option} ${value}`;
  });
}

/** The message of an error, in terms of the command line. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'CliError' ? error.message : inCommandWords(error.message);
}

/** How the process reports a failure. */
export interface FailureReport {
  readonly exitCode: ExitCode;
  /** For stderr: what failed, then how to fix it. */
  readonly lines: readonly string[];
}

/** Options of `describeFailure`. */
export interface FailureOptions {
  readonly interrupted?: boolean;
  readonly verbose?: boolean;
}

/** Turns a thrown value into an exit code and lines for stderr. The packages' errors hold no secret. */
export function describeFailure(error: unknown, options: FailureOptions = {}): FailureReport {
  if (options.interrupted === true && isAbort(error)) {
    return { exitCode: EXIT.interrupted, lines: ['ossgrant: interrupted'] };
  }
  // The reader of stdout closed it, as `head` does: this needs no message.
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

// Only the chain's list of sources spans several lines; in any other message a line break came from outside.
function messageLines(error: unknown): readonly string[] {
  const text = `ossgrant: ${messageOf(error)}`;
  return codeOf(error) === 'NOT_CONFIGURED' ? text.split('\n') : [text];
}

// Without causes: those may come from other libraries, whose messages may hold secrets.
function frames(error: Error): readonly string[] {
  return (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as { readonly code?: unknown }).code : undefined;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || codeOf(error) === 'ABORT_ERR');
}
