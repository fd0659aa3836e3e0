import type { Clock, RejectionReason } from './contracts.ts';
import type { CredentialErrorCode } from './credential-error.ts';

/** What a cache did. Holds no secret or token. */
export type CredentialEvent =
  | { readonly type: 'refresh-started'; readonly source: string }
  | {
      readonly type: 'refresh-succeeded';
      readonly source: string;
      /** Last four characters of the key id. */
      readonly keyIdTail: string;
      readonly expiration?: Date;
    }
  | {
      readonly type: 'refresh-failed';
      readonly source: string;
      readonly code: CredentialErrorCode;
      /** Whether the credentials from before still serve. */
      readonly stillUsable: boolean;
    }
  | { readonly type: 'invalidated'; readonly source: string; readonly reason: RejectionReason };

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
