import { systemClock } from '@ossgrant/credentials-core';
import { DownloadError } from './download-error.ts';
import type { Download, DownloadOptions, DownloadResult, ObjectInfo } from './download.ts';
import { openDownload } from './open-download.ts';
import type { RequestSource } from './request-source.ts';

/** Options of `downloadToMemory`. */
export interface MemoryDownloadOptions extends DownloadOptions {
  /** Most bytes to take. */
  readonly maxBytes: number;
}

/** A finished download to memory. */
export interface MemoryDownload extends DownloadResult {
  readonly info: ObjectInfo;
  readonly content: Uint8Array;
}

/**
 * Downloads to memory. Wrong bytes are fetched once more.
 *
 * @throws DownloadError, `TOO_LARGE` for an object of more than `maxBytes`; the signal's reason when it is aborted; RangeError
 *   for options that cannot be
 */
export async function downloadToMemory(source: RequestSource, options: MemoryDownloadOptions): Promise<MemoryDownload> {
  const { maxBytes, clock = systemClock, retry } = options;
  if (!(maxBytes >= 0)) throw new RangeError('maxBytes must be a number from 0');
  const since = clock.monotonic();
  try {
    return await take(await openDownload(source, options), maxBytes);
  } catch (error) {
    if (!(error instanceof DownloadError) || error.code !== 'CHECKSUM_MISMATCH') throw error;
    if (retry?.deadlineMs === undefined) return take(await openDownload(source, options), maxBytes);
    const deadlineMs = retry.deadlineMs - (clock.monotonic() - since);
    if (deadlineMs <= 0) throw error;
    return take(await openDownload(source, { ...options, retry: { ...retry, deadlineMs } }), maxBytes);
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
