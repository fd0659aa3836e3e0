import type { DownloadResult } from '@ossgrant/http-downloader';
import type { ExitCode } from '../../exit-codes.ts';

/** A download that is complete. */
export interface Completed {
  readonly ok: true;
  readonly source: string;
  /** Absent for stdout. */
  readonly file?: string;
  readonly result: DownloadResult;
}

/** A download that is not. */
export interface Failed {
  readonly ok: false;
  readonly source: string;
  readonly code?: string;
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** What became of one download. */
export type Outcome = Completed | Failed;

/** What `--report` and `--json` write: `schema/get.json`. */
export function reportOf(outcomes: readonly Outcome[]): object {
  return {
    downloads: outcomes.filter((outcome) => outcome.ok).map(downloadFields),
    failures: outcomes.filter((outcome) => !outcome.ok).map(failureFields),
  };
}

function downloadFields({ source, file, result }: Completed): object {
  const { crc64, ...rest } = result;
  // JSON's numbers end at 2^53.
  return {
    source,
    ...(file === undefined ? {} : { file }),
    ...rest,
    ...(crc64 === undefined ? {} : { crc64: `${crc64}` }),
  };
}

function failureFields({ source, code, message, exitCode }: Failed): object {
  return { source, error: { ...(code === undefined ? {} : { code }), message, exitCode } };
}
