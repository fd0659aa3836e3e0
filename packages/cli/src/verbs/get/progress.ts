import { defined } from '@ossgrant/credentials-core/internal';
import type { Progress } from '@ossgrant/http-downloader';
import { formatBytes, formatTime } from '../../output/format.ts';
import type { Output } from '../../output/output.ts';

/** What a user sees of the downloads while they run, on stderr. */
export interface ProgressDisplay {
  /** Downloads altogether. */
  readonly count: number;
  /** Adds a download and returns a function that updates it. */
  add(): (progress: Progress) => void;
  /** Counts a download as finished. */
  finish(status: 'completed' | 'skipped' | 'failed'): void;
  /** Writes a line, above the progress on a terminal. */
  line(text: string): Promise<void>;
  /** Removes the progress. */
  close(): Promise<void>;
}

const ERASE_LINE = '\r\u001b[K';
// Often enough to see that a long download moves, seldom enough for a log.
const LINE_INTERVAL_MS = 10_000;
// The speed of several is that of the last seconds: a short download has none of its own.
const SPEED_AFTER_MS = 1000;
const SPEED_OVER_MS = 4000;
// The reports of many downloads would rewrite the line far more often than anybody can read it.
const REWRITE_INTERVAL_MS = 100;

/** Options of `createProgressDisplay`. */
export interface ProgressDisplayOptions {
  readonly output: Output;
  /** Downloads altogether. */
  readonly count: number;
  readonly quiet: boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * One line for all downloads: rewritten in place on a terminal, elsewhere a new line every ten seconds. A single download shows
 * its share and remaining time, several show how many are finished and the bytes of all.
 */
export function createProgressDisplay({ output, count, quiet, now }: ProgressDisplayOptions): ProgressDisplay {
  const running = new Map<object, Progress>();
  let completeBytes = 0;
  let finished = 0;
  let failed = 0;
  let isShown = false;
  let shownAt = now();
  const speedOf = createSpeedometer(now);
  const show = (): void => {
    const several = count > 1 && isShown ? REWRITE_INTERVAL_MS : 0;
    if (quiet || now() - shownAt < (output.canErase ? several : LINE_INTERVAL_MS)) return;
    shownAt = now();
    const [only] = running.values();
    const all = count === 1 && only !== undefined ? only : total([...running.values()], { completeBytes, speedOf });
    const prefix = count === 1 ? '' : `${finished} of ${count}${failed === 0 ? '' : `, ${failed} failed`}  `;
    const text = output.canErase
      ? ERASE_LINE + prefix + formatProgress(all, output.columns - prefix.length)
      : `${prefix}${progressFigures(all)}\n`;
    isShown = output.canErase;
    // If stderr is gone, the next line that matters fails.
    output.write(text).catch(() => {});
  };
  const erase = async (): Promise<void> => {
    if (isShown) await output.write(ERASE_LINE);
    isShown = false;
  };
  return {
    count,
    add() {
      const key = {};
      return (progress) => {
        running.set(key, progress);
        // Of thousands, only those that are running are added up.
        if (count > 1 && progress.receivedBytes === progress.totalBytes && running.delete(key)) {
          completeBytes += progress.receivedBytes;
        }
        show();
      };
    },
    finish(status): void {
      finished += 1;
      if (status === 'failed') failed += 1;
    },
    async line(text) {
      await erase();
      await output.line(text);
    },
    close: erase,
  };
}

type Speedometer = (bytes: number) => number | undefined;

interface Totals {
  readonly completeBytes: number;
  readonly speedOf: Speedometer;
}

// The sizes of downloads that have not started are unknown, and so is the end of all.
function total(all: readonly Progress[], { completeBytes, speedOf }: Totals): Progress {
  const receivedBytes = all.reduce((sum, progress) => sum + progress.receivedBytes, completeBytes);
  return { receivedBytes, ...defined({ bytesPerSecond: speedOf(receivedBytes) }) };
}

function createSpeedometer(now: () => number): Speedometer {
  let earlier = { at: now(), bytes: 0 };
  let latest = earlier;
  return (bytes) => {
    const at = now();
    if (at - latest.at >= SPEED_OVER_MS) {
      earlier = latest;
      latest = { at, bytes };
    }
    const elapsed = at - earlier.at;
    return elapsed < SPEED_AFTER_MS ? undefined : (Math.max(0, bytes - earlier.bytes) * 1000) / elapsed;
  };
}

/** Formats progress in one line that is shorter than `columns`: ` 45 %  [=====>     ]  14.4 MB of 32 MB  5.1 MB/s  0:03 left`. */
export function formatProgress(progress: Progress, columns: number): string {
  const { receivedBytes, totalBytes } = progress;
  if (totalBytes === undefined) return figuresOf(progress).slice(0, columns - 1);
  const part = totalBytes === 0 ? 1 : Math.min(1, receivedBytes / totalBytes);
  const figures = figuresOf(progress);
  const width = Math.min(40, columns - PERCENT_COLUMNS - figures.length - 7);
  if (width < 5) return progressFigures(progress).slice(0, columns - 1);
  const filled = Math.floor(part * width);
  const bar = '='.repeat(filled) + (filled < width ? '>' : '');
  return `${percentOf(part)}  [${bar.padEnd(width)}]  ${figures}`;
}

const PERCENT_COLUMNS = 5;

function percentOf(part: number): string {
  return `${String(Math.floor(part * 100)).padStart(3)} %`;
}

/** Formats progress without a bar. */
export function progressFigures(progress: Progress): string {
  const { receivedBytes, totalBytes } = progress;
  if (totalBytes === undefined) return figuresOf(progress);
  return `${percentOf(totalBytes === 0 ? 1 : Math.min(1, receivedBytes / totalBytes))}  ${figuresOf(progress)}`;
}

function figuresOf({ receivedBytes, totalBytes, bytesPerSecond, remainingMs }: Progress): string {
  return [
    totalBytes === undefined
      ? formatBytes(receivedBytes)
      : `${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}`,
    ...(bytesPerSecond === undefined ? [] : [`${formatBytes(bytesPerSecond)}/s`]),
    ...(remainingMs === undefined ? [] : [`${formatTime(remainingMs)} left`]),
  ].join('  ');
}
