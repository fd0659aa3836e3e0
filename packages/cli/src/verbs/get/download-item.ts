import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { access, utimes } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { defined } from '@ossgrant/credentials-core/internal';
import {
  type DownloadResult,
  type DownloadEvent,
  type RetryCause,
  openDownload,
  type DownloadOptions,
} from '@ossgrant/http-downloader';
import { downloadToFile } from '@ossgrant/http-downloader/file';
import { describeFailure } from '../../failure/describe-failure.ts';
import { formatBytes, formatTime } from '../../output/format.ts';
import type { Output } from '../../output/output.ts';
import { decoderFor, decompressFile } from './decompress.ts';
import { adviceOn } from './advice.ts';
import type { InvalidItem, Item } from './items.ts';
import type { GetContext, Transfer } from './options.ts';
import type { Failed, Outcome } from './outcome.ts';
import type { ProgressDisplay } from './progress.ts';
import { holdsObject } from './skip-equal.ts';
import type { TargetPlan } from './targets.ts';

/** What the downloads of one command share. */
export interface DownloadJob {
  readonly context: GetContext;
  readonly transfer: Transfer;
  readonly plan: TargetPlan;
  readonly display: ProgressDisplay;
}

/** Downloads one item and reports it on stderr. A failure is a result, too, and is not thrown. */
export async function downloadItem(item: Item | InvalidItem, job: DownloadJob): Promise<Outcome> {
  const { context, display } = job;
  if ('error' in item) return reportFailure(item.error, { source: item.label }, job);
  let file: string | undefined;
  try {
    if (context.options.output === '-') return await downloadToOutput(item, job);
    file = await job.plan.targetOf(item, context.signal);
    return await downloadToTarget(item, file, job);
  } catch (error) {
    return await reportFailure(error, { source: item.label, item, ...defined({ file }) }, job);
  } finally {
    display.finish();
  }
}

async function downloadToTarget(item: Item, file: string, job: DownloadJob): Promise<Outcome> {
  const { context, transfer, display } = job;
  const { options, stdout, stderr, signal } = context;
  if (options['skip-equal'] && (await holdsObject(file, item, signal))) {
    if (!options.quiet) await display.line(`${file}: already there`);
    if (!options.json) await stdout.line(file);
    return { status: 'skipped', source: item.label, file };
  }
  // For many, the lines of the results are enough.
  if (stderr.isTerminal && display.count === 1 && !options.quiet) await display.line(`${item.label} -> ${file}`);
  const started = performance.now();
  const result = await downloadToFile(item.source, file, {
    ...transfer.options,
    signal,
    onProgress: display.add(),
  });
  if (!options.quiet) await display.line(`${file}: ${resultText(result, performance.now() - started)}`);
  await finishFile(file, result, job);
  if (!options.json) await stdout.line(file);
  return { status: 'completed', source: item.label, file, result };
}

async function finishFile(file: string, { info }: DownloadResult, { context, display }: DownloadJob): Promise<void> {
  const { options, signal } = context;
  const { contentEncoding, lastModified } = info;
  const isEncoded = decoderFor(contentEncoding) !== undefined;
  if (isEncoded && options.decompress) await decompressFile(file, contentEncoding ?? '', signal);
  if (isEncoded && !options.decompress && !options.quiet) await display.line(encodingNote(contentEncoding));
  // A file system that keeps no times is not a reason to fail.
  if (lastModified !== undefined) await utimes(file, new Date(), lastModified).catch(() => {});
}

function encodingNote(encoding: string | undefined): string {
  return `  stored with Content-Encoding ${encoding}: --decompress unpacks it`;
}

async function downloadToOutput(item: Item, job: DownloadJob): Promise<Outcome> {
  const { context, transfer, display } = job;
  const { options, stdout, signal } = context;
  const { connections: _, ...common } = transfer.options;
  const started = performance.now();
  const result = await pipeToOutput(item, {
    output: stdout,
    decompress: options.decompress,
    download: {
      ...common,
      signal,
      onProgress: display.add(),
    },
  });
  const { contentEncoding } = result.info;
  if (!options.quiet) {
    await display.line(`${item.label}: ${resultText(result, performance.now() - started)}`);
    if (!options.decompress && decoderFor(contentEncoding)) await display.line(encodingNote(contentEncoding));
  }
  return { status: 'completed', source: item.label, result };
}

async function pipeToOutput(
  item: Item,
  options: { readonly output: Output; readonly decompress: boolean; readonly download: DownloadOptions },
): Promise<DownloadResult> {
  const { info, body, done } = await openDownload(item.source, options.download);
  // The body fails with the same error, and is read first.
  done.catch(() => {});
  const bytes = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
  const decoder = options.decompress ? decoderFor(info.contentEncoding) : undefined;
  const source = decoder === undefined ? bytes : bytes.compose(decoder);
  // A reader of stdout that closes it ends the loop, which cancels the download.
  for await (const chunk of source) await options.output.write(chunk as Uint8Array);
  return done;
}

function resultText({ bytes, verified, resumedFrom }: DownloadResult, ms: number): string {
  const checked =
    verified === 'none'
      ? 'not verified: the server sent no checksum'
      : `${verified === 'md5' ? 'MD5' : 'CRC-64'} verified`;
  const earlier = resumedFrom === 0 ? '' : `, resumed after ${formatBytes(resumedFrom)}`;
  return `${formatBytes(bytes)} in ${formatTime(ms)}${earlier}; ${checked}`;
}

interface FailedItem {
  readonly source: string;
  readonly item?: Item;
  readonly file?: string;
}

// Reports what failed, how to fix it, and whether it can be resumed.
async function reportFailure(
  error: unknown,
  { source, item, file }: FailedItem,
  { context, display }: DownloadJob,
): Promise<Failed> {
  const { exitCode, lines } = describeFailure(error, { interrupted: context.signal.aborted });
  const [message = 'stdout was closed', ...fixes] = lines.map((line) => line.replace(/^ossgrant: /, ''));
  await display.line(`ossgrant: ${source}: ${message}`);
  for (const line of await adviceOn(error, { link: item?.link, fixes })) await display.line(line);
  if (file !== undefined && (await exists(`${file}.ossgrant-part.json`))) {
    await display.line('  to resume, run the same command again, with this link or a new one for the object');
  }
  const { code } = error as { readonly code?: unknown };
  return {
    status: 'failed',
    source,
    ...defined({ code: typeof code === 'string' ? code : undefined }),
    message,
    exitCode,
  };
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
