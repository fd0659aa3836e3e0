import type { Identity } from './identity.ts';
import type { Keyring } from './keyring.ts';

/** What a verifier needs beside the request. */
export interface AuthContext {
  readonly keyring: Keyring;
  /** Region that V4 must be scoped to. */
  readonly region: string;
  readonly now: Date;
  /** `refuse`: as the cloud does for new buckets. */
  readonly v1: 'accept' | 'refuse';
}

/** What a verifier found: whose key it was. */
export interface Verified {
  readonly identity: Identity;
  readonly accessKeyId: string;
}
