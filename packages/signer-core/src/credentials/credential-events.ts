import type { CredentialEvent } from './cache-options.ts';
import { isUsable, pausedForMs, type CacheState } from './cache-state.ts';
import { elapsedMs, type Instant } from './instant.ts';

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
