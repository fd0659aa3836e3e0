import { elapsedMs, type Instant } from '../clock.ts';
import type { Clock, CredentialRequest, RejectionReason } from '../contracts.ts';
import type { CredentialErrorCode } from '../credential-error.ts';
import { defined } from '../basics/defined.ts';
import { optional, optionsCheck, type OptionsCheck, type OptionTable, takes } from '../basics/options.ts';
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
      /** Whether the new credentials replaced the old ones. False: they were not better. */
      readonly replaced: boolean;
      readonly durationMs: number;
      /** How far the issuer's clock is ahead of this machine's, in milliseconds. Absent: the issuer sent no time. */
      readonly skewMs?: number;
    }
  | {
      readonly type: 'refresh-failed';
      readonly source: string;
      readonly code: CredentialErrorCode;
      /** Whether the earlier credentials still serve. */
      readonly stillUsable: boolean;
      /** Failures in a row, this one included. */
      readonly failures: number;
      /** Pause before the next fetch; until then callers get the earlier credentials, or this failure again. */
      readonly retryInMs: number;
      readonly durationMs: number;
      readonly requestId?: string;
    }
  | {
      readonly type: 'invalidated';
      readonly source: string;
      readonly reason: RejectionReason;
      /** Whether the credentials were dropped. False: they are so young that the report may be wrong. */
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
   * Time limit of one fetch, in milliseconds: 1 to 2147483647, which is what timers can count.
   *
   * @default 25000
   */
  readonly timeoutMs?: number;
  /**
   * Renews by a timer, before a caller asks. The timer does not keep the process alive.
   *
   * @default false
   */
  readonly keepWarm?: boolean;
  /** Called for each refresh; its errors are ignored. */
  readonly onEvent?: (event: CredentialEvent) => void;
}

const timeout = takes.special(
  'a number of milliseconds from 1 to 2147483647',
  (value) => typeof value === 'number' && value >= 1 && value <= 2_147_483_647,
);

/** What the options of a cache take. */
export const CACHE_OPTIONS: OptionTable<CacheOptions> = {
  clock: optional(takes.clock),
  random: optional(takes.function),
  timeoutMs: optional(timeout),
  keepWarm: optional(takes.flag),
  onEvent: optional(takes.function),
};

/** Checks what a provider is asked. @throws TypeError */
export const checkRequest: OptionsCheck = optionsCheck<CredentialRequest>('getCredentials', {
  signal: optional(takes.signal),
  minValidityMs: optional(takes.number),
});

/** A cache before and after a fetch. */
export interface Settlement {
  readonly before: CacheState;
  readonly after: CacheState;
  readonly startedAt: Instant;
  readonly now: Instant;
}

/** Describes the outcome of a fetch. */
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
      ...defined({ requestId }),
    };
  }
  const { expiration, accessKeyId } = kept.credentials;
  return {
    type: 'refresh-succeeded',
    source,
    keyIdTail: accessKeyId.slice(-4),
    replaced: kept !== before.kept,
    durationMs,
    ...defined({ expiration, skewMs: kept.skewMs }),
  };
}
