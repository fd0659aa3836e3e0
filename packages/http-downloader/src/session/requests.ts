import { DownloadError } from '../download-error.ts';
import { onAbort } from '../on-abort.ts';
import type { Attempt, PreparedRequest, RequestSource } from '../request-source.ts';
import type { Publish } from '../runtime/runtime.ts';
import type { Refusal } from './refusal.ts';

/**
 * Asks a source for a request, and waits for it so long.
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
  const prepared = Promise.resolve(source.prepare(attempt));
  let isSettled = false;
  const settle = (): void => void (isSettled = true);
  prepared.then(settle, settle);
  // If it has settled already, `settle` runs before this continues.
  await Promise.resolve();
  // Most sources have a link or a key at hand, and a timer is slow next to everything else that a small object needs.
  if (isSettled) return prepared;
  signal.throwIfAborted();
  let release = (): void => {};
  // A source may ignore the signal; its caller must not hang.
  const interrupted = new Promise<never>((_, reject) => {
    const timer = timeoutMs === 0 ? undefined : setTimeout(() => reject(late(timeoutMs)), timeoutMs);
    const forget = onAbort(signal, () => reject(signal.reason as Error));
    release = (): void => {
      clearTimeout(timer);
      forget();
    };
  });
  try {
    return await Promise.race([prepared, interrupted]);
  } finally {
    release();
  }
}

function late(timeoutMs: number): DownloadError {
  return new DownloadError(`no link or credentials arrived within ${timeoutMs} ms`, {
    code: 'STALLED',
    retryable: true,
  });
}

/** Which links or keys of a download were accepted or refused. */
export interface Renewals {
  accepted(token: symbol): void;
  /**
   * Whether another attempt may succeed. Many connections may hold one refused link or key: its source is asked for another once. A
   * fresh one that was never accepted is not renewed again, as its age is not the reason.
   */
  refused(token: symbol, refusal: Refusal): boolean;
}

/** Starts with none refused. */
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
