import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { access } from 'node:fs/promises';
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
import type { Surroundings, Context } from '../../verb.ts';
import { type GET_OPTIONS, type Item, serverTarget, transferOf } from './plan.ts';
import { createProgressBar } from './progress-bar.ts';

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

/** Tells on stderr of a download that failed, and whether it can be gone on with. */
export async function tellFailure(
  error: unknown,
  { source, file }: { readonly source: string; readonly file: string | undefined },
  { stderr, signal }: Pick<Surroundings, 'stderr' | 'signal'>,
): Promise<Failed> {
  const { exitCode, lines } = describeFailure(error, { interrupted: signal.aborted });
  const [message = 'stdout was closed', ...fixes] = lines.map((line) => line.replace(/^ossgrant: /, ''));
  await stderr.line(`ossgrant: ${source}: ${message}`);
  for (const fix of fixes) await stderr.line(fix);
  if (file !== undefined && (await exists(`${file}.ossgrant-part.json`))) {
    await stderr.line('  what was received is kept: the same command goes on from there, also with a fresh link');
  }
  const { code } = error as { readonly code?: unknown };
  return { ok: false, source, ...(typeof code === 'string' ? { code } : {}), message, exitCode };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

const REASONS: Readonly<Record<RetryCause, string>> = {
  network: 'no connection, or it broke',
  incomplete: 'the answer was not whole',
  server: 'the server failed',
  throttled: 'the server asks to wait',
  source: 'no credentials came',
};
// Shorter waits are over before they are read.
const WORTH_TELLING_MS = 1000;

/** Tells of longer waits for another attempt until the returned function is called. */
export function watchRetries(tell: (line: string) => void): () => void {
  const listener = (message: unknown): void => {
    const event = message as DownloadEvent;
    if (event.type !== 'retry' || event.delayMs < WORTH_TELLING_MS) return;
    tell(`${REASONS[event.cause]}; trying again in ${Math.round(event.delayMs / 1000)} s`);
  };
  subscribe('ossgrant:download', listener);
  return () => unsubscribe('ossgrant:download', listener);
}

/** Downloads one thing, tells of it on stderr, and says what became of it. Failures are outcomes, too. */
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
        ...(connections === undefined ? {} : { connections }),
      });
    }
    await bar.clear();
    await stderr.line(`${file ?? item.label}: ${summaryOf(result, performance.now() - started)}`);
    if (file !== undefined && !options.json) await stdout.line(file);
    return { ok: true, source: item.label, ...(file === undefined ? {} : { file }), result };
  } catch (error) {
    await bar.clear();
    return tellFailure(error, { source: item.label, file }, context);
  } finally {
    unwatch();
  }
}

async function downloadToOutput(item: Item, output: Output, options: DownloadOptions): Promise<DownloadResult> {
  const { body, done } = await openDownload(item.source, options);
  // Its failure is also the body's, which is read first.
  done.catch(() => {});
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) await output.write(next.value);
  } finally {
    // Whoever read stdout may have gone: then the rest is of no use.
    await reader.cancel().catch(() => {});
  }
  return done;
}

function summaryOf({ bytes, verified, resumedFrom }: DownloadResult, ms: number): string {
  const checked =
    verified === 'none' ? 'nothing to compare them with' : `${verified === 'md5' ? 'MD5' : 'CRC-64'} is right`;
  const earlier = resumedFrom === 0 ? '' : `, ${formatBytes(resumedFrom)} of them from before`;
  return `${formatBytes(bytes)} in ${formatTime(ms)}${earlier}; ${checked}`;
}
