import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { access } from 'node:fs/promises';
import { defined } from '@ossgrant/credentials-core/internal';
import {
  type DownloadResult,
  type DownloadEvent,
  type RetryCause,
  openDownload,
  type DownloadOptions,
} from '@ossgrant/http-downloader';
import { downloadToFile } from '@ossgrant/http-downloader/file';
import type { ExitCode } from '../../failure/cli-error.ts';
import { describeFailure } from '../../failure/describe-failure.ts';
import { formatBytes, formatTime } from '../../output/format.ts';
import type { Output } from '../../output/output.ts';
import type { ProcessContext, Context } from '../../verb.ts';
import { type GET_OPTIONS, type Item, serverTarget, transferOf } from './plan.ts';
import { createProgressBar } from './progress-bar.ts';

/** A completed download. */
export interface Completed {
  readonly ok: true;
  readonly source: string;
  /** Absent for stdout. */
  readonly file?: string;
  readonly result: DownloadResult;
}

/** A failed download. */
export interface Failed {
  readonly ok: false;
  readonly source: string;
  readonly code?: string;
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** The result of one download. */
export type Outcome = Completed | Failed;

/** The report of `--report` and `--json`: `schema/get.json`. */
export function reportOf(outcomes: readonly Outcome[]): object {
  return {
    downloads: outcomes.filter((outcome) => outcome.ok).map(downloadFields),
    failures: outcomes.filter((outcome) => !outcome.ok).map(failureFields),
  };
}

function downloadFields({ source, file, result }: Completed): object {
  const { crc64, ...rest } = result;
  // JSON numbers are exact up to 2^53 only.
  return { source, ...defined({ file }), ...rest, ...defined({ crc64: crc64?.toString() }) };
}

function failureFields({ source, code, message, exitCode }: Failed): object {
  return { source, error: { ...defined({ code }), message, exitCode } };
}

/** Reports a failed download on stderr, and whether it can be resumed. */
export async function reportFailure(
  error: unknown,
  { source, file }: { readonly source: string; readonly file: string | undefined },
  { stderr, signal }: Pick<ProcessContext, 'stderr' | 'signal'>,
): Promise<Failed> {
  const { exitCode, lines } = describeFailure(error, { interrupted: signal.aborted });
  const [message = 'stdout was closed', ...fixes] = lines.map((line) => line.replace(/^ossgrant: /, ''));
  await stderr.line(`ossgrant: ${source}: ${message}`);
  for (const fix of fixes) await stderr.line(fix);
  if (file !== undefined && (await exists(`${file}.ossgrant-part.json`))) {
    await stderr.line('  to resume, run the same command again, with this link or a new one for the object');
  }
  const { code } = error as { readonly code?: unknown };
  return { ok: false, source, ...defined({ code: typeof code === 'string' ? code : undefined }), message, exitCode };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

const REASONS: Readonly<Record<RetryCause, string>> = {
  network: 'the connection failed',
  incomplete: 'the response was incomplete',
  server: 'the server failed',
  throttled: 'the server is throttling requests',
  source: 'the credentials could not be fetched',
};
// Nobody can read a message about a shorter wait in time.
const WORTH_REPORTING_MS = 1000;

/** Reports longer waits before a retry, until the returned function is called. */
export function watchRetries(report: (line: string) => void): () => void {
  const listener = (message: unknown): void => {
    const event = message as DownloadEvent;
    if (event.type !== 'retry' || event.delayMs < WORTH_REPORTING_MS) return;
    report(`${REASONS[event.cause]}; retrying in ${Math.round(event.delayMs / 1000)} s`);
  };
  subscribe('ossgrant:download', listener);
  return () => unsubscribe('ossgrant:download', listener);
}

/** Downloads one item and reports it on stderr. A failure is a result, too, and is not thrown. */
export async function downloadItem(
  item: Item,
  plannedTarget: string,
  context: Context<typeof GET_OPTIONS>,
): Promise<Outcome> {
  const { options, cwd, stdout, stderr, signal } = context;
  const { connections, ...common } = transferOf(options);
  const bar = createProgressBar(stderr);
  const watched = { ...common, signal, onProgress: (progress) => bar.show(progress) } satisfies DownloadOptions;
  const started = performance.now();
  const unwatch = watchRetries((line) => {
    bar
      .clear()
      .then(() => stderr.line(line))
      .catch(() => {});
  });
  let file: string | undefined;
  try {
    let result: DownloadResult;
    if (options.output === '-') {
      result = await downloadToOutput(item, stdout, watched);
    } else {
      file = options['server-name'] ? await serverTarget(item, options, cwd, signal) : plannedTarget;
      if (stderr.isTerminal) await stderr.line(`${item.label} -> ${file}`);
      result = await downloadToFile(item.source, file, {
        ...watched,
        ...defined({ connections }),
      });
    }
    await bar.clear();
    await stderr.line(`${file ?? item.label}: ${summaryOf(result, performance.now() - started)}`);
    if (file !== undefined && !options.json) await stdout.line(file);
    return { ok: true, source: item.label, ...defined({ file }), result };
  } catch (error) {
    await bar.clear();
    return reportFailure(error, { source: item.label, file }, context);
  } finally {
    unwatch();
  }
}

async function downloadToOutput(item: Item, output: Output, options: DownloadOptions): Promise<DownloadResult> {
  const { body, done } = await openDownload(item.source, options);
  // The body fails with the same error, and is read first.
  done.catch(() => {});
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) await output.write(next.value);
  } finally {
    // The reader of stdout may have closed it: then nobody needs the rest.
    await reader.cancel().catch(() => {});
  }
  return done;
}

function summaryOf({ bytes, verified, resumedFrom }: DownloadResult, ms: number): string {
  const checked =
    verified === 'none'
      ? 'not verified: the server sent no checksum'
      : `${verified === 'md5' ? 'MD5' : 'CRC-64'} verified`;
  const earlier = resumedFrom === 0 ? '' : `, resumed after ${formatBytes(resumedFrom)}`;
  return `${formatBytes(bytes)} in ${formatTime(ms)}${earlier}; ${checked}`;
}
