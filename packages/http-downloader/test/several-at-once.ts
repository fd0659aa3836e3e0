import type { FileDownloadOptions } from '../src/file/job.ts';

/**
 * Options by which a download has four connections from its first bytes on: by their clock a second has gone by then, for which
 * they are few. One that is done sooner than a tenth of a second would have one.
 */
export function severalAtOnce(
  now: () => number = Date.now,
): Required<Pick<FileDownloadOptions, 'clock' | 'onProgress'>> {
  let monotonic = 0;
  return { clock: { now, monotonic: () => monotonic }, onProgress: () => void (monotonic = 1000) };
}
