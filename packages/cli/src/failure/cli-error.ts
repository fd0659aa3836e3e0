/** Exit codes of the process. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  credentials: 3,
  notFound: 4,
  expired: 5,
  signatureMismatch: 6,
  policyDenies: 7,
  partial: 8,
  interrupted: 130,
} as const;

/** One of `EXIT`. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The codes in words, for `--help`. */
export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, 'ok'],
  [EXIT.failure, 'failure'],
  [EXIT.usage, 'usage'],
  [EXIT.credentials, 'credentials'],
  [EXIT.notFound, 'not found'],
  [EXIT.expired, 'expired'],
  [EXIT.signatureMismatch, 'signature mismatch'],
  [EXIT.policyDenies, 'policy denies'],
  [EXIT.partial, 'partial'],
  [EXIT.interrupted, 'interrupted'],
];

/** A failure that the command line itself detects. The message holds no secret, token or signature. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  /** What to do about it, in one line. */
  readonly fix?: string;

  constructor(
    exitCode: ExitCode,
    message: string,
    options: { readonly fix?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.exitCode = exitCode;
    if (options.fix !== undefined) this.fix = options.fix;
  }
}

/** The command is malformed or contradicts itself. */
export function usageError(message: string, fix?: string): CliError {
  return new CliError(EXIT.usage, message, { fix });
}
