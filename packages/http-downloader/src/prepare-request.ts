import type { Attempt, PreparedRequest, RequestSource } from './contracts.ts';
import { DownloadError } from './download-error.ts';

/**
 * Asks a source for a request, for so long.
 *
 * @throws DownloadError `STALLED` when nothing came; what the source throws; the signal's reason when it is aborted
 */
export async function prepareRequest(
  source: RequestSource,
  attempt: Attempt,
  timeoutMs: number,
): Promise<PreparedRequest> {
  const { signal } = attempt;
  signal.throwIfAborted();
  let release = (): void => {};
  // A source need not heed the signal, and a caller must not hang on it.
  const interrupted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    const timer = timeoutMs === 0 ? undefined : setTimeout(() => reject(late(timeoutMs)), timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    release = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    };
  });
  try {
    return await Promise.race([source.prepare(attempt), interrupted]);
  } finally {
    release();
  }
}

function late(timeoutMs: number): DownloadError {
  return new DownloadError(`no link or credentials came within ${timeoutMs} ms`, { code: 'STALLED', retryable: true });
}
