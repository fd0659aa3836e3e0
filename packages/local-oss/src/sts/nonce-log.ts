/** Nonces seen, so that a call cannot be sent twice. */
export interface NonceLog {
  /** Whether the nonce is new; it is remembered from now on. */
  take(nonce: string, now: Date): boolean;
}

const KEPT_MS = 1_800_000;
const MAX_NONCES = 100_000;

export function createNonceLog(): NonceLog {
  const seen = new Map<string, number>();
  return {
    take(nonce, now): boolean {
      // A timestamp older than 15 minutes is refused anyway, so older nonces may go.
      for (const [old, time] of seen) {
        if (now.getTime() - time <= KEPT_MS && seen.size < MAX_NONCES) break;
        seen.delete(old);
      }
      if (seen.has(nonce)) return false;
      seen.set(nonce, now.getTime());
      return true;
    },
  };
}
