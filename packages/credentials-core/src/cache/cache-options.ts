import { elapsedMs, type Instant } from '../clock.ts';
import type { Clock, RejectionReason } from '../contracts.ts';
import type { CredentialErrorCode } from '../credential-error.ts';
import { isUsable, pausedForMs, type CacheState } from './cache-state.ts';

/** What a cache did. Holds no secret or token, and survives `structuredClone`. */
export type CredentialEvent =
  | { readonly type: 'refresh-started'; readonly source: string }
  | {
      readonly type: 'refresh-succeeded';
      readonly source: string;
      /** Last four characters of the key id. */
      readonly keyIdTail: string;
      readonly expiration?: Date;
      /** Whether the answer replaced what was there. False: it was not an improvement. */
      readonly replaced: boolean;
      readonly durationMs: number;
      /** How far the issuer's clock is ahead of this machine's. Absent: the issuer did not tell. */
      readonly skewMs?: number;
    }
  | {
      readonly type: 'refresh-failed';
      readonly source: string;
      readonly code: CredentialErrorCode;
      /** Whether the credentials from before still serve. */
      readonly stillUsable: boolean;
      /** Failures in a row, this one included. */
      readonly failures: number;
      /** Until then nothing is fetched; callers get the credentials from before, or this failure again. */
      readonly retryInMs: number;
      readonly durationMs: number;
      readonly requestId?: string;
    }
  | {
      readonly type: 'invalidated';
      readonly source: string;
      readonly reason: RejectionReason;
      /** Whether the credentials were dropped. False: they are too young to believe the report at once. */
      readonly dropped: boolean;
    };

/** Options of `cached`. */
export interface CacheOptions {
  /** @default the platform's clocks */
  readonly clock?: Clock;
  /**
   * Uniform in [0, 1): spreads renewals.
   *
   * @default Math.random
   */
  readonly random?: () => number;
  /**
   * Time limit of one fetch, in milliseconds.
   *
   * @default 25000
   */
  readonly timeoutMs?: number;
  /**
   * Renews by a timer, before anybody asks. The timer does not keep the process alive.
   *
   * @default false
   */
  readonly keepWarm?: boolean;
  /** Told of each refresh; what it throws is ignored. */
  readonly onEvent?: (event: CredentialEvent) => void;
}

/** A cache before and after a fetch. */
export interface Settlement {
  readonly before: CacheState;
  readonly after: CacheState;
  readonly startedAt: Instant;
  readonly now: Instant;
}

/** Tells what came of a fetch. */
export function settledEvent(source: string, settlement: Settlement): CredentialEvent {
  const { before, after, startedAt, now } = settlement;
  const { kept, lastError, failures } = after;
  const durationMs = elapsedMs(startedAt, now);
  if (lastError !== undefined || kept === undefined) {
    const { requestId } = lastError ?? {};
    return {
      type: 'refresh-failed',
      source,
      code: lastError?.code ?? 'UNAVAILABLE',
      stillUsable: kept !== undefined && isUsable(kept, now),
      failures,
      retryInMs: pausedForMs(after, now),
      durationMs,
      ...(requestId === undefined ? {} : { requestId }),
    };
  }
  const { expiration, accessKeyId } = kept.credentials;
  return {
    type: 'refresh-succeeded',
    source,
    keyIdTail: accessKeyId.slice(-4),
    ...(expiration === undefined ? {} : { expiration }),
    replaced: kept !== before.kept,
    durationMs,
    ...(kept.skewMs === undefined ? {} : { skewMs: kept.skewMs }),
  };
}
