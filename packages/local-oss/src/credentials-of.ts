import { snapshotCredentials, type Credentials } from '@ossgrant/signer-core';
import type { UserKey } from './auth/keyring.ts';

/** A user's key as clients take it: printed, it shows no secret. */
export function credentialsOf({ accessKeyId, accessKeySecret }: UserKey): Credentials {
  return snapshotCredentials({ accessKeyId, accessKeySecret });
}
