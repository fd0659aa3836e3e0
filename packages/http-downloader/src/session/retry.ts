import { DownloadError } from '../download-error.ts';
import type { RetryCause, RetryOptions } from '../download.ts';
import { checkNumbers } from './limits.ts';

/** Classifies a failure; absent when trying again cannot help. */
export function retryCauseOf(error: unknown): RetryCause | undefined {
  if (!(error instanceof Error) || !('retryable' in error) || error.retryable !== true) return undefined;
  // Of the caller's source, such as a credential service that is down.
  if (!(error instanceof DownloadError)) return 'source';
  switch (error.code) {
    case 'NETWORK':
    case 'STALLED':
      return 'network';
    case 'INCOMPLETE':
    case 'RANGE_MISMATCH':
      return 'incomplete';
    case 'HTTP_STATUS':
      return error.status === 429 || error.status === 503 || error.retryAfterMs !== undefined ? 'throttled' : 'server';
    default:
      // Wrong bytes are fetched again by who knows which ones.
      return undefined;
  }
}

/** Waits. Rejects with the signal's reason when it is aborted, and leaves no timer behind. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** A policy with nothing left out but the deadline. */
export type RetryPolicy = Required<Omit<RetryOptions, 'deadlineMs'>> & Pick<RetryOptions, 'deadlineMs'>;

/** @throws RangeError for what is no count or duration */
export function retryPolicy(options: RetryOptions = {}): RetryPolicy {
  const { random = Math.random, sleep: wait = sleep, ...numbers } = options;
  checkNumbers('retry', numbers);
  return {
    maxFailures: 8,
    baseDelayMs: 250,
    maxDelayMs: 20_000,
    maxRetryAfterMs: 120_000,
    ...numbers,
    random,
    sleep: wait,
  };
}

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
