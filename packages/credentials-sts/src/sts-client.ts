import { sleep, type Credentials, type FetchContext, type Sleep } from '@ossgrant/signer-core';
import type { RpcParameters } from '@ossgrant/signer-core/rpc';
import { callSts, type StsAnswer } from './call-sts.ts';
import { planRetry } from './plan-retry.ts';
import { stsEndpointUrl, type StsEndpointOptions } from './sts-endpoint.ts';

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

/** One call of STS, with retries. Without a caller it is anonymous. */
export interface StsRequest {
  readonly action: string;
  readonly parameters: RpcParameters;
  readonly caller?: Credentials;
}

/** Calls STS. */
export type StsClient = (request: StsRequest, context: FetchContext) => Promise<StsAnswer>;

/**
 * Makes a client that tries again what is worth it: the network, 5xx, throttling, a nonce seen before, and once a clock
 * that is off, whose error it remembers. Each attempt has a new nonce and time stamp.
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
          fetch: options.fetch ?? fetch,
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
