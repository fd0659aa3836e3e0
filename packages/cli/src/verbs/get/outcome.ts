import { defined } from '@ossgrant/credentials-core/internal';
import type { DownloadResult } from '@ossgrant/http-downloader';
import { EXIT, type ExitCode } from '../../failure/cli-error.ts';

/** A completed download. */
export interface Completed {
  readonly status: 'completed';
  readonly source: string;
  /** Absent for stdout. */
  readonly file?: string;
  readonly result: DownloadResult;
}

/** A file that already held the object. */
export interface Skipped {
  readonly status: 'skipped';
  readonly source: string;
  readonly file: string;
}

/** A failed download. */
export interface Failed {
  readonly status: 'failed';
  readonly source: string;
  readonly code?: string;
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** The result of one download. */
export type Outcome = Completed | Skipped | Failed;

/** The report of `--report` and `--json`: `schema/get.json`. */
export function reportOf(outcomes: readonly Outcome[]): object {
  return {
    downloads: outcomes.filter((outcome) => outcome.status === 'completed').map(downloadFields),
    skipped: outcomes.filter((outcome) => outcome.status === 'skipped').map(({ source, file }) => ({ source, file })),
    failures: outcomes.filter((outcome) => outcome.status === 'failed').map(failureFields),
  };
}

function downloadFields({ source, file, result }: Completed): object {
  const { bytes, crc64, verified, attempts, resumedFrom } = result;
  // JSON numbers are exact up to 2^53 only.
  return {
    source,
    ...defined({ file }),
    bytes,
    ...defined({ crc64: crc64?.toString() }),
    verified,
    attempts,
    resumedFrom,
  };
}

function failureFields({ source, code, message, exitCode }: Failed): object {
  return { source, error: { ...defined({ code }), message, exitCode } };
}

/** The exit code of all downloads together. */
export function exitCodeOfAll(outcomes: readonly Outcome[]): ExitCode {
  const codes = new Set(outcomes.map((outcome) => (outcome.status === 'failed' ? outcome.exitCode : EXIT.ok)));
  const [only = EXIT.ok, ...others] = codes;
  if (others.length === 0) return only;
  return codes.has(EXIT.ok) ? EXIT.partial : EXIT.failure;
}

// More of them are found in a report.
const MOST_NAMED = 10;

/** How many downloads ended in which way, in words, and which failed: the lines about them may be far above. */
export function summaryOf(outcomes: readonly Outcome[], count: number): readonly string[] {
  const complete = outcomes.filter(({ status }) => status === 'completed').length;
  const skipped = outcomes.filter(({ status }) => status === 'skipped').length;
  const failed = outcomes.filter(({ status }) => status === 'failed');
  const numbers = [
    `${complete} of ${count} downloads complete`,
    ...(skipped === 0 ? [] : [`${skipped} already there`]),
    ...(failed.length === 0 ? [] : [`${failed.length} failed`]),
  ];
  const rest = failed.length - MOST_NAMED;
  return [
    numbers.join(', '),
    ...failed.slice(0, MOST_NAMED).map(({ source }) => `  failed: ${source}`),
    ...(rest <= 0 ? [] : [`  and ${rest} more: --report FILE lists all`]),
  ];
}
