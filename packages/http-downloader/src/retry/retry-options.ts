import { checkNumbers } from '../check-numbers.ts';
import { sleep } from './sleep.ts';

/** When and how often a failure is tried again. */
export interface RetryOptions {
  /** Failures in a row, without one byte of progress between, after which the last of them is thrown. @default 8 */
  readonly maxFailures?: number;
  /** Upper bound of the first wait; it doubles with each failure. The wait is a random part of it. @default 250 */
  readonly baseDelayMs?: number;
  /** @default 20000 */
  readonly maxDelayMs?: number;
  /** Longest wait that a server may ask for; beyond it this long is waited. @default 120000 */
  readonly maxRetryAfterMs?: number;
  /** Time for the whole download. @default unlimited */
  readonly deadlineMs?: number;
  /** From 0 up to 1. @default Math.random */
  readonly random?: () => number;
  /** Waits; rejects with the signal's reason when it is aborted. @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
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
