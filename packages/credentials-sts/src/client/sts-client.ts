import { CredentialError, type Credentials, type FetchContext } from '@ossgrant/credentials-core';
import { optional, type OptionTable, type Sleep, sleep, takes } from '@ossgrant/credentials-core/internal';
import type { RpcParameters } from '@ossgrant/signer-core/rpc';
import { callSts, type StsResponse } from './call-sts.ts';
import { type StsEndpointOptions, stsEndpointUrl } from './sts-endpoint.ts';
import { StsRefusal } from './sts-refusal.ts';

/** Options of everything that calls STS. */
export interface StsOptions extends StsEndpointOptions {
  /** @default the platform's fetch */
  readonly fetch?: typeof fetch;
  /**
   * Uniform in [0, 1): spreads retries.
   *
   * @default Math.random
   */
  readonly random?: () => number;
  /**
   * Waits between retries.
   *
   * @default the platform's timer
   */
  readonly sleep?: Sleep;
  /**
   * Time limit of one attempt, in milliseconds. There are up to three.
   *
   * @default 10000
   */
  readonly attemptTimeoutMs?: number;
}

/** What each of `StsOptions` takes. */
export const STS_OPTIONS: OptionTable<StsOptions> = {
  endpoint: optional(takes.filledText),
  region: optional(takes.filledText),
  network: optional(takes.oneOf('public', 'vpc')),
  fetch: optional(takes.function),
  random: optional(takes.function),
  sleep: optional(takes.function),
  attemptTimeoutMs: optional(takes.milliseconds),
};

/** One call of STS, with its retries. Without a caller it is anonymous. */
export interface StsRequest {
  readonly action: string;
  readonly parameters: RpcParameters;
  readonly caller?: Credentials;
}

/** Calls STS. */
export type StsClient = (request: StsRequest, context: FetchContext) => Promise<StsResponse>;

/**
 * Makes a client that retries after network failures, 5xx, throttling and a nonce seen before, and once when the clock is off,
 * by a difference that it remembers. Each attempt has a new nonce and time stamp.
 *
 * @throws TypeError for an endpoint that cannot be right
 */
export function createStsClient(options: StsOptions): StsClient {
  const url = stsEndpointUrl(options);
  const wait = options.sleep ?? sleep;
  const random = options.random ?? Math.random;
  let skewMs = 0;

  return async (request, { signal, clock }) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await callSts({
          ...request,
          url,
          send: options.fetch ?? fetch,
          nowMs: () => clock.now() + skewMs,
          signal,
          timeoutMs: options.attemptTimeoutMs ?? 10_000,
        });
      } catch (error) {
        signal.throwIfAborted();
        const plan = planRetry(error, { attempt, random: random(), nowMs: clock.now(), skewMs });
        if (plan === undefined) throw error;
        skewMs = plan.skewMs;
        if (plan.delayMs > 0) await wait(plan.delayMs, signal);
      }
    }
  };
}

/** The facts that decide on a retry. */
interface RetryFacts {
  /** Attempts so far. */
  readonly attempt: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  readonly nowMs: number;
  /** Added to the local clock by the failed attempt, in milliseconds. */
  readonly skewMs: number;
}

/** How to try again. */
interface RetryPlan {
  readonly delayMs: number;
  /** To be added to the local clock from now on, in milliseconds. */
  readonly skewMs: number;
}

const ATTEMPTS = 3;
const LONGEST_DELAY_MS = 2_000;
const LONGEST_RETRY_AFTER_MS = 10_000;
// A server that reports 1970 has no clock either.
const EARLIEST_DATE = Date.UTC(2020);
// STS tolerates 15 minutes: a smaller difference was not the reason.
const TOLERATED_SKEW_MS = 60_000;

/**
 * Decides whether an attempt is repeated. Pure.
 *
 * @returns undefined when the error stands
 */
function planRetry(error: unknown, facts: RetryFacts): RetryPlan | undefined {
  const { attempt, random, skewMs } = facts;
  if (!(error instanceof CredentialError) || !error.retryable || attempt >= ATTEMPTS) return undefined;
  if (error.serviceCode?.startsWith('InvalidTimeStamp')) return correctedClock(error, facts);
  if (error.serviceCode === 'SignatureNonceUsed') return { delayMs: 0, skewMs };
  if (error.code !== 'UNAVAILABLE' && error.code !== 'THROTTLED') return undefined;
  const retryAfterMs = error.retryAfterMs ?? 0;
  if (retryAfterMs > LONGEST_RETRY_AFTER_MS) return undefined;
  const jittered = random * Math.min(200 * 2 ** attempt, LONGEST_DELAY_MS);
  return { delayMs: Math.max(jittered, retryAfterMs), skewMs };
}

function correctedClock(error: CredentialError, { nowMs, skewMs }: RetryFacts): RetryPlan | undefined {
  const serverMs = error instanceof StsRefusal ? error.serverDate?.getTime() : undefined;
  if (serverMs === undefined || serverMs < EARLIEST_DATE) return undefined;
  const learned = serverMs - nowMs;
  return Math.abs(learned - skewMs) < TOLERATED_SKEW_MS ? undefined : { delayMs: 0, skewMs: learned };
}
