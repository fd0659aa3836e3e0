import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { access } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { defined } from '@ossgrant/credentials-core/internal';
import {
  type DownloadResult,
  type DownloadEvent,
  type Progress,
  type RetryCause,
  openDownload,
  type DownloadOptions,
} from '@ossgrant/http-downloader';
import { downloadAll, type DownloadItem, type ItemResult } from '@ossgrant/http-downloader/file';
import { CliError, EXIT } from '../../failure/cli-error.ts';
import { describeFailure } from '../../failure/describe-failure.ts';
import { formatBytes, formatTime } from '../../output/format.ts';
import type { Output } from '../../output/output.ts';
import { decoderFor, decompressFile } from './decompress.ts';
import { adviceOn } from './advice.ts';
import type { InvalidItem, Item } from './item.ts';
import type { GetContext, Transfer } from './options.ts';
import type { Failed, Outcome } from './outcome.ts';
import type { ProgressDisplay } from './progress.ts';
import type { TargetPlan } from './targets.ts';

/** What the downloads of one command share. */
export interface DownloadJob {
  readonly context: GetContext;
  readonly transfer: Transfer;
  readonly plan: TargetPlan;
  readonly display: ProgressDisplay;
}

interface FileItem extends DownloadItem {
  readonly item: Item;
  path(): Promise<string>;
}

/** Downloads items, so many at once, and reports each on stderr. A failure is a result, too, and is not thrown. */
export async function* downloadEach(
  items: readonly (Item | InvalidItem)[],
  job: DownloadJob,
): AsyncGenerator<readonly [Item | InvalidItem, Outcome]> {
  const valid: Item[] = [];
  for (const item of items) {
    if ('error' in item) yield [item, await reportFailure(item.error, { source: item.label }, job)];
    else valid.push(item);
  }
  if (job.context.options.output === '-') {
    for (const item of valid) yield [item, await downloadToOutput(item, job)];
  } else yield* downloadToFiles(valid, job);
}

async function* downloadToFiles(items: readonly Item[], job: DownloadJob): AsyncGenerator<readonly [Item, Outcome]> {
  const { context, transfer, display, plan } = job;
  const { options, stderr, signal } = context;
  const started = new Map<Item, number>();
  const reports = new Map<Item, (progress: Progress) => void>();
  const fileItems = items.map((item): FileItem => {
    const { source, facts = {} } = item;
    return {
      item,
      source,
      facts,
      async path() {
        const file = await plan.targetOf(item, signal);
        // For many, the lines of the results are enough.
        if (stderr.isTerminal && display.count === 1 && !options.quiet) await display.line(`${item.label} -> ${file}`);
        started.set(item, performance.now());
        reports.set(item, display.add());
        return file;
      },
    };
  });
  const all = downloadAll(fileItems, {
    ...transfer.options,
    ...transfer.shared,
    signal,
    onProgress: (progress, { item }) => reports.get(item)?.(progress),
    ...(options['skip-equal'] ? { skip: 'time' } : {}),
  });
  try {
    for await (const result of all) {
      const { item } = result.item;
      yield [item, await outcomeOf(result, performance.now() - (started.get(item) ?? 0), job)];
      started.delete(item);
      reports.delete(item);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function outcomeOf(result: ItemResult<FileItem>, ms: number, job: DownloadJob): Promise<Outcome> {
  const { context, display } = job;
  const { options, stdout, stderr } = context;
  const { item } = result.item;
  const source = item.label;
  if (result.status === 'failed') {
    return reportFailure(result.error, { source, item, ...defined({ file: result.path }) }, job);
  }
  const file = result.path;
  try {
    if (result.status === 'skipped') {
      if (!options.quiet) await display.line(`${file}: already there`);
    } else {
      if (!options.quiet) await display.line(`${file}: ${resultText(result.result, ms)}`);
      assertListed(item, result.result);
      await finishFile(file, result.result, job);
    }
    // On one terminal the line about the download names it.
    const isShown = stdout.isTerminal && stderr.isTerminal && !options.quiet;
    if (!options.json && !isShown) await stdout.line(file);
    return result.status === 'skipped'
      ? { status: 'skipped', source, file }
      : { status: 'completed', source, file, result: result.result };
  } catch (error) {
    return reportFailure(error, { source, item, file }, job);
  }
}

function assertListed({ facts }: Item, { crc64 }: DownloadResult): void {
  if (facts?.crc64 === undefined || crc64 === facts.crc64) return;
  throw new CliError(EXIT.failure, 'the object was replaced since the manifest was made', {
    fix: 'the file holds the new object, complete; make the manifest again, or remove the file',
  });
}

async function finishFile(file: string, { info }: DownloadResult, { context, display }: DownloadJob): Promise<void> {
  const { options, signal } = context;
  const { contentEncoding } = info;
  if (decoderFor(contentEncoding) === undefined) return;
  if (!options.decompress) {
    if (!options.quiet) await display.line(encodingNote(contentEncoding));
    return;
  }
  await decompressFile(file, contentEncoding ?? '', signal);
}

function encodingNote(encoding: string | undefined): string {
  return `  stored with Content-Encoding ${encoding}: --decompress unpacks it`;
}

async function downloadToOutput(item: Item, job: DownloadJob): Promise<Outcome> {
  const { context, transfer, display } = job;
  const { options, stdout, signal } = context;
  const started = performance.now();
  try {
    const result = await pipeToOutput(item, {
      output: stdout,
      decompress: options.decompress,
      download: { ...transfer.options, signal, onProgress: display.add() },
    });
    const { contentEncoding } = result.info;
    if (!options.quiet) {
      await display.line(`${item.label}: ${resultText(result, performance.now() - started)}`);
      if (!options.decompress && decoderFor(contentEncoding)) await display.line(encodingNote(contentEncoding));
    }
    return { status: 'completed', source: item.label, result };
  } catch (error) {
    return reportFailure(error, { source: item.label, item }, job);
  }
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
