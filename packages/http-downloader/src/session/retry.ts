import type { Clock } from '@ossgrant/credentials-core';
import { DownloadError } from '../download-error.ts';
import type { RetryCause, RetryOptions } from '../download.ts';
import { checkNumbers } from './limits.ts';

/** Classifies a failure; undefined when trying again cannot help. */
export function retryCauseOf(error: unknown): RetryCause | undefined {
  if (!(error instanceof Error) || !('retryable' in error) || error.retryable !== true) return undefined;
  // An error of the caller's source, such as a credential service that is down.
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
      // Wrong bytes are fetched again by the code that knows which ones are wrong.
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

/** A policy in which only the deadline may be left out. */
export type RetryPolicy = Required<Omit<RetryOptions, 'deadlineMs'>> & Pick<RetryOptions, 'deadlineMs'>;

/** @throws RangeError for a count or duration out of range */
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

/** Counts the failures of one connection. */
export interface Retry {
  /** Waits until the next attempt may start. Throws the failure itself when there is to be none. */
  after(error: unknown): Promise<void>;
  /** Bytes came: when enough have come since the last failure, for the time it took, the count starts anew. */
  progress(bytes: number): void;
}

/** The parts of a retry. */
export interface RetryContext {
  readonly policy: RetryPolicy;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Slower progress than this does not count. */
  readonly minBytesPerSecond: number;
  readonly signal: AbortSignal;
  /** Time left for the whole download, in milliseconds. */
  readonly remainingMs: () => number;
  readonly onRetry?: (retry: {
    readonly cause: RetryCause;
    readonly failures: number;
    readonly delayMs: number;
  }) => void;
}

// A server that sends a byte for each connection would otherwise be asked for ever.
const ENOUGH_BYTES = 1024;

// A throttled client does better to wait longer than the server's bare minimum.
const THROTTLED_FACTOR = 4;

/** Applies a policy: exponential, full jitter, no shorter than the server requests. */
export function createRetry(context: RetryContext): Retry {
  const { policy, clock, minBytesPerSecond, signal, remainingMs, onRetry } = context;
  let failures = 0;
  let failedAt = 0;
  let bytes = 0;
  return {
    progress(more): void {
      if (failures === 0) return;
      bytes += more;
      const seconds = (clock.monotonic() - failedAt) / 1000;
      if (bytes >= Math.max(ENOUGH_BYTES, seconds * minBytesPerSecond)) failures = 0;
    },
    async after(error): Promise<void> {
      signal.throwIfAborted();
      const cause = retryCauseOf(error);
      if (cause === undefined) throw error;
      failures += 1;
      failedAt = clock.monotonic();
      bytes = 0;
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
