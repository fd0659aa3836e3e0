import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { DownloadOptions, DownloadResult, RequestSource } from './contracts.ts';
import { DownloadError } from './download-error.ts';
import { openDownload } from './open-download.ts';

/** Options of `downloadToFile`. */
export type FileDownloadOptions = DownloadOptions;

/**
 * Downloads to a file. The bytes go to a temporary file beside it, which takes the target's place only when it is complete,
 * checked and on the disk: on any failure a file that was there before stays as it was, and nothing else is left.
 *
 * @throws DownloadError; the signal's reason when it is aborted
 */
export async function downloadToFile(
  source: RequestSource,
  path: string,
  options: FileDownloadOptions = {},
): Promise<DownloadResult> {
  const target = resolve(path);
  const { body, done } = await openDownload(source, options);
  // Not made of the target's name, which may be as long as names can be.
  const temporary = join(dirname(target), `.${randomBytes(12).toString('hex')}.part`);
  let file: FileHandle | undefined;
  try {
    file = await onDisk(open(temporary, 'wx'));
    for await (const chunk of body) await onDisk(writeAll(file, chunk));
    const result = await done;
    await onDisk(file.sync());
    await onDisk(file.close());
    await onDisk(rename(temporary, target));
    await syncDirectory(dirname(target));
    return result;
  } catch (error) {
    await body.cancel(error).catch(() => {});
    await file?.close().catch(() => {});
    if (file !== undefined) await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at)).bytesWritten;
}

// Makes the rename itself durable. Not every system can open a directory, and then there is nothing to do.
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path).catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}

async function onDisk<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    const { code = 'unknown error', path = '' } = cause as NodeJS.ErrnoException;
    throw new DownloadError(`the file could not be written: ${code} ${path}`.trim(), {
      code: 'FILE_SYSTEM',
      retryable: false,
      cause,
    });
  }
}
