import type { CorsSettings } from './access/origins.ts';
import type { Account } from './accounts/account.ts';
import type { Issuer } from './accounts/issuer.ts';
import type { Keyring } from './accounts/keyring.ts';
import type { MovableClock } from './clock.ts';
import type { ImageLibrary } from './image-library.ts';
import type { ObjectStore } from './store/object-store.ts';

/** Signs callbacks with a key of the server's own. */
export interface CallbackSigner {
  /** The public key as PEM. */
  publicKey(): Promise<string>;
  /** Base64 of the RSA-MD5 signature, as the cloud signs. */
  sign(text: string): Promise<string>;
}

/** What every part of one server shares. */
export interface ServerContext {
  readonly region: string;
  readonly account: Account;
  readonly keyring: Keyring;
  readonly store: ObjectStore;
  readonly clock: MovableClock;
  readonly issuer: Issuer;
  readonly v1: 'accept' | 'refuse';
  /** Absent where images are not processed. */
  readonly images?: () => Promise<ImageLibrary>;
  readonly callbackSigner: CallbackSigner;
  /** URL of the public key that verifies callback signatures. */
  readonly publicKeyUrl: () => string;
  /** Custom domains: host name -> bucket. */
  readonly cnames: ReadonlyMap<string, string>;
  /** Rules for pages that call STS. */
  readonly stsCors: CorsSettings;
  /** Further names of the server, for path style. */
  readonly hosts: ReadonlySet<string>;
}
