import { DownloadError } from '../download-error.ts';
import { retryCauseOf, type RetryCause } from './retry-cause.ts';
import type { RetryPolicy } from './retry-options.ts';

/** Failures of one connection, counted. */
export interface Retry {
  /** Waits until the next attempt may start. Throws the failure itself when there is to be none. */
  after(error: unknown): Promise<void>;
  /** Bytes came: the count starts anew. */
  progress(): void;
}

/** What a retry works with. */
export interface RetryContext {
  readonly policy: RetryPolicy;
  readonly signal: AbortSignal;
  /** Time left for the whole download, in milliseconds. */
  readonly remainingMs: () => number;
  readonly onRetry?: (retry: {
    readonly cause: RetryCause;
    readonly failures: number;
    readonly delayMs: number;
  }) => void;
}

// Whoever is throttled does better to wait longer than the server's bare minimum.
const THROTTLED_FACTOR = 4;

/** Applies a policy: exponential, full jitter, no shorter than the server asks for. */
export function createRetry({ policy, signal, remainingMs, onRetry }: RetryContext): Retry {
  let failures = 0;
  return {
    progress(): void {
      failures = 0;
    },
    async after(error): Promise<void> {
      signal.throwIfAborted();
      const cause = retryCauseOf(error);
      if (cause === undefined) throw error;
      failures += 1;
      if (failures > policy.maxFailures) throw error;
      const delayMs = Math.max(jittered(policy, failures, cause), askedFor(policy, error));
      if (delayMs >= remainingMs()) throw error;
      onRetry?.({ cause, failures, delayMs });
      await policy.sleep(delayMs, signal);
    },
  };
}

function jittered(policy: RetryPolicy, failures: number, cause: RetryCause): number {
  const factor = cause === 'throttled' ? THROTTLED_FACTOR : 1;
  return policy.random() * Math.min(policy.maxDelayMs, policy.baseDelayMs * factor * 2 ** (failures - 1));
}

function askedFor(policy: RetryPolicy, error: unknown): number {
  const asked = error instanceof DownloadError ? (error.retryAfterMs ?? 0) : 0;
  return Math.min(asked, policy.maxRetryAfterMs);
}
