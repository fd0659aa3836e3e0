import { systemClock } from '@ossgrant/credentials-core';
import { defined, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import { checkSource, DOWNLOAD_HINTS, DOWNLOAD_OPTIONS } from './check-arguments.ts';
import { DownloadError } from './download-error.ts';
import type { Download, DownloadOptions, DownloadResult, ObjectInfo } from './download.ts';
import { isResumable } from './object-response.ts';
import { openChecked } from './open-download.ts';
import type { RequestSource } from './request-source.ts';
import { createRetry, retryPolicy } from './session/retry.ts';
import { areWrongBytes } from './verify.ts';

/** Options of `downloadToMemory`. */
export interface MemoryDownloadOptions extends DownloadOptions {
  /** Most bytes to take. */
  readonly maxBytes: number;
}

/** A finished download to memory. */
export interface MemoryDownload extends DownloadResult {
  /** Facts of the object, from the response. */
  readonly info: ObjectInfo;
  /** All bytes of the object. */
  readonly content: Uint8Array;
}

const checkOptions = optionsCheck<MemoryDownloadOptions>(
  'downloadToMemory',
  { ...DOWNLOAD_OPTIONS, maxBytes: takes.number },
  DOWNLOAD_HINTS,
);

/**
 * Downloads to memory. Wrong bytes are fetched once more; where two versions could not be distinguished, a broken connection has all of
 * them fetched again.
 *
 * @throws DownloadError, `TOO_LARGE` for an object of more than `maxBytes`; the signal's reason when it is aborted; TypeError and
 *   RangeError for wrong arguments, before any request
 */
export async function downloadToMemory(source: RequestSource, options: MemoryDownloadOptions): Promise<MemoryDownload> {
  checkSource('downloadToMemory', source);
  checkOptions(options);
  const { maxBytes, clock = systemClock, signal = new AbortController().signal } = options;
  if (maxBytes < 0) throw new RangeError('maxBytes must be a number from 0');
  const policy = retryPolicy(options.retry);
  const endsAt = clock.monotonic() + (policy.deadlineMs ?? Infinity);
  const remainingMs = (): number => endsAt - clock.monotonic();
  const retry = createRetry({ policy, clock, minBytesPerSecond: 0, signal, remainingMs });
  for (let mayRepeat = true; ;) {
    const deadlineMs = policy.deadlineMs === undefined ? undefined : Math.max(0, remainingMs());
    const download = await openChecked(source, { ...options, retry: { ...options.retry, ...defined({ deadlineMs }) } });
    try {
      return await take(download, maxBytes);
    } catch (error) {
      if (areWrongBytes(error)) {
        if (!mayRepeat || remainingMs() <= 0) throw error;
        mayRepeat = false;
      } else {
        if (isResumable(download.info)) throw error;
        await retry.after(error);
      }
    }
  }
}

async function take({ info, body, done }: Download, maxBytes: number): Promise<MemoryDownload> {
  if (info.size !== undefined && info.size > maxBytes) {
    await body.cancel();
    throw tooLarge(maxBytes);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Not every browser iterates over streams.
  const reader = body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    chunks.push(next.value);
    if (size <= maxBytes) continue;
    await reader.cancel();
    throw tooLarge(maxBytes);
  }
  const content = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    content.set(chunk, at);
    at += chunk.length;
  }
  return { ...(await done), info, content };
}

function tooLarge(maxBytes: number): DownloadError {
  return new DownloadError(`the object has more than ${maxBytes} bytes: download it to a file or a stream`, {
    code: 'TOO_LARGE',
    retryable: false,
  });
}
