import { DownloadError, type DownloadErrorCode } from '../download-error.ts';

/** Names a failure of the file system: `DISK_FULL` for want of room, else `FILE_SYSTEM`. */
export async function onDisk<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    throw diskError(cause);
  }
}

// EFBIG: a file system or a limit that allows no file of that size.
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

function diskError(cause: unknown): DownloadError {
  const { code: name = 'unknown error', path = '' } = cause as NodeJS.ErrnoException;
  const code: DownloadErrorCode = FULL.has(name) ? 'DISK_FULL' : 'FILE_SYSTEM';
  const says = code === 'DISK_FULL' ? 'there is no room for the file' : 'the file could not be written';
  return new DownloadError(`${says}: ${name} ${path}`.trim(), { code, retryable: false, cause });
}
