import type { Progress } from '@ossgrant/http-downloader';
import { formatBytes, formatTime } from '../../output/format.ts';
import type { Output } from '../../output/output.ts';

/** A line on a terminal that is rewritten in place. */
export interface ProgressBar {
  show(progress: Progress): void;
  /** Removes the line. */
  clear(): Promise<void>;
}

const ERASE_LINE = '\r\u001b[K';

/** A bar on a terminal that can erase a line; nothing elsewhere. */
export function createProgressBar(output: Output): ProgressBar {
  let shown = false;
  return {
    show(progress): void {
      if (!output.canErase) return;
      shown = true;
      // If the terminal is gone, the next line that matters fails.
      output.write(ERASE_LINE + formatProgress(progress, output.columns)).catch(() => {});
    },
    async clear(): Promise<void> {
      if (shown) await output.write(ERASE_LINE);
      shown = false;
    },
  };
}

/** Formats progress in one line that is shorter than `columns`: ` 45 %  [=====>     ]  14.4 MB of 32 MB  5.1 MB/s  0:03 left`. */
export function formatProgress(progress: Progress, columns: number): string {
  const { receivedBytes, totalBytes, bytesPerSecond, remainingMs } = progress;
  const figures = [
    totalBytes === undefined
      ? formatBytes(receivedBytes)
      : `${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}`,
    ...(bytesPerSecond === undefined ? [] : [`${formatBytes(bytesPerSecond)}/s`]),
    ...(remainingMs === undefined ? [] : [`${formatTime(remainingMs)} left`]),
  ].join('  ');
  if (totalBytes === undefined) return figures.slice(0, columns - 1);
  const part = totalBytes === 0 ? 1 : Math.min(1, receivedBytes / totalBytes);
  const percent = `${String(Math.floor(part * 100)).padStart(3)} %`;
  const width = Math.min(40, columns - percent.length - figures.length - 7);
  if (width < 5) return `${percent}  ${figures}`.slice(0, columns - 1);
  const filled = Math.floor(part * width);
  const bar = '='.repeat(filled) + (filled < width ? '>' : '');
  return `${percent}  [${bar.padEnd(width)}]  ${figures}`;
}
