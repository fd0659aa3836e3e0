import type { CallbackSigner } from './callback/callback-signer.ts';
import type { Keyring } from './auth/keyring.ts';
import type { MovableClock } from './clock.ts';
import type { Issuer } from './oidc/issuer.ts';
import type { ObjectStore } from './store/object-store.ts';
import type { Account } from './sts/account.ts';

/** What every part of one server shares. */
export interface ServerContext {
  readonly region: string;
  readonly account: Account;
  readonly keyring: Keyring;
  readonly store: ObjectStore;
  readonly clock: MovableClock;
  readonly issuer: Issuer;
  readonly v1: 'accept' | 'refuse';
  readonly callbackSigner: CallbackSigner;
  /** Where the key that callbacks are signed with is to be had. */
  readonly publicKeyUrl: () => string;
  /** Domain names of one's own: host -> bucket. */
  readonly cnames: ReadonlyMap<string, string>;
}
