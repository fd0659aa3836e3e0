import { EXIT, type ExitCode } from './exit-codes.ts';

/** A failure that the command line itself finds. The message holds no secret, token or signature. */
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

/** A command that cannot be meant as it is written. */
export function usageError(message: string, fix?: string): CliError {
  return new CliError(EXIT.usage, message, { fix });
}
