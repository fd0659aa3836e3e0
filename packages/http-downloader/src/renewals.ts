import type { RequestSource } from './contracts.ts';
import type { Refusal } from './read-refusal.ts';
import type { Publish } from './watch/event.ts';

/** What a download knows of its links or keys. */
export interface Renewals {
  accepted(token: symbol): void;
  /**
   * Tells whether another attempt may fare better. Many connections may hold one refused link or key; the source hears of
   * it once. A fresh one that was never accepted is not renewed again: its refusal is no matter of freshness.
   */
  refused(token: symbol, refusal: Refusal): boolean;
}

/** Starts with nothing refused. */
export function createRenewals(source: RequestSource, publish: Publish): Renewals {
  const acceptedTokens = new Set<symbol>();
  const refusedTokens = new Set<symbol>();
  return {
    accepted: (token) => void acceptedTokens.add(token),
    refused(token, { rejection }): boolean {
      if (rejection === undefined || source.rejected === undefined) return false;
      if (refusedTokens.has(token)) return true;
      if (refusedTokens.size > 0 && !acceptedTokens.has(token)) return false;
      refusedTokens.add(token);
      publish({ type: 'refresh', identity: source.identity, cause: rejection });
      source.rejected({ token, cause: rejection });
      return true;
    },
  };
}
