import { checkArgument, nestedOptions, optional, takes, type OptionTable } from '@ossgrant/credentials-core/internal';
import type { DownloadOptions, RetryOptions, TimeoutOptions } from './download.ts';

// Options that are left `undefined` count as left out; whether a number is in range is checked where it is used.
const number = optional(takes.number);

/** The options that all downloads take. */
export const DOWNLOAD_OPTIONS: OptionTable<DownloadOptions> = {
  signal: optional(takes.signal),
  onProgress: optional(takes.function),
  clock: optional(takes.clock),
  retry: optional(
    nestedOptions<RetryOptions>({
      maxFailures: number,
      baseDelayMs: number,
      maxDelayMs: number,
      maxRetryAfterMs: number,
      deadlineMs: number,
      random: optional(takes.function),
      sleep: optional(takes.function),
    }),
  ),
  timeouts: optional(
    nestedOptions<TimeoutOptions>({
      prepareMs: number,
      connectMs: number,
      headersMs: number,
      bodyMs: number,
      minBytesPerSecond: number,
    }),
  ),
  bandwidthLimit: number,
  requireVerified: optional(takes.flag),
  direct: optional(takes.flag),
};

/** Names of other libraries and of the command line. */
export const DOWNLOAD_HINTS: Readonly<Record<string, string>> = {
  timeout: 'timeouts',
  retries: 'retry',
  abortSignal: 'signal',
  progress: 'onProgress',
  limitRate: 'bandwidthLimit',
};

const SOURCE = takes.special('a request source, as fromUrl, fromLinks, fromShare and fromObject make it', (value) => {
  if (typeof value !== 'object' || value === null) return false;
  const { identity, prepare } = value as Readonly<Record<string, unknown>>;
  return typeof identity === 'string' && typeof prepare === 'function';
});

/** @throws TypeError for anything but a request source */
export function checkSource(where: string, source: unknown): void {
  checkArgument(where, 'source', source, SOURCE);
}
