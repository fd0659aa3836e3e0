import { openDownload, type DownloadOptions, type DownloadResult } from '@ossgrant/http-downloader';
import { downloadToFile } from '@ossgrant/http-downloader/file';
import type { Output } from '../../output/output.ts';
import type { Context } from '../../verb.ts';
import { formatBytes, formatTime } from './amounts.ts';
import type { GET_OPTIONS } from './options.ts';
import { createProgressBar } from './progress-bar.ts';
import type { Outcome } from './report.ts';
import type { Item } from './source.ts';
import { serverTarget } from './targets.ts';
import { tellFailure } from './tell-failure.ts';
import { transferOf } from './transfer.ts';
import { watchRetries } from './watch-retries.ts';

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
