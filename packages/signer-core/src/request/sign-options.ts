import type { SigningTrace } from '../trace/signing-trace.ts';
import type { SigningCache } from '../v4/signing-cache.ts';

/** Options of every signer. */
export interface SignOptions {
  /** The signing instant; fractions of a second are dropped. OSS tolerates 15 minutes either way. */
  readonly date: Date;
  /** Keeps the day's V4 key. Without it each call derives its own. */
  readonly cache?: SigningCache;
  /** Told what was signed. */
  readonly onTrace?: (trace: SigningTrace) => void;
}

/** Options of the URL signers. */
export interface UrlSignOptions extends SignOptions {
  /** Whole seconds from `date` for which the link works. V4: 1 to 604800; V1: no maximum is documented. */
  readonly expiresInSeconds: number;
}
