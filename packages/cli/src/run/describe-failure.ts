import { EXIT, type ExitCode } from '../exit-codes.ts';
import { exitCodeOf } from './exit-code-of.ts';
import { fixOf } from './fix-of.ts';

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
