import { DownloadError } from '../download-error.ts';
import type { Attempt, PreparedRequest, RequestSource } from '../request-source.ts';
import type { Publish } from '../runtime/runtime.ts';
import type { Refusal } from './refusal.ts';

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

/** What a download knows of its links or keys. */
export interface Renewals {
  accepted(token: symbol): void;
  /**
   * Tells whether another attempt may fare better. Many connections may hold one refused link or key; the source hears of
   * it once. A fresh one that was never accepted is not renewed again: its refusal is no matter of freshness.
   */
  refused(token: symbol, refusal: Refusal): boolean;
}

/** Starts with nothing refused. */
export function createRenewals(source: RequestSource, publish: Publish): Renewals {
  const acceptedTokens = new Set<symbol>();
  const refusedTokens = new Set<symbol>();
  return {
    accepted: (token) => void acceptedTokens.add(token),
    refused(token, { rejection }): boolean {
      if (rejection === undefined || source.rejected === undefined) return false;
      if (refusedTokens.has(token)) return true;
      if (refusedTokens.size > 0 && !acceptedTokens.has(token)) return false;
      refusedTokens.add(token);
      publish({ type: 'refresh', identity: source.identity, cause: rejection });
      source.rejected({ token, cause: rejection });
      return true;
    },
  };
}
