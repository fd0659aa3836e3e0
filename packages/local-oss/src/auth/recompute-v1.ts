import { canonicalResourceV1, signatureV1, stringToSignV1 } from '@ossgrant/signer-core/steps';
import type { Address } from '../http/address.ts';
import type { RawRequest } from '../http/raw-request.ts';
import { constantTimeEqual } from './constant-time.ts';
import { EC } from './ec.ts';
import type { KnownKey } from './keyring.ts';
import { signatureMismatch } from './mismatch.ts';

/** What a request claims about its V1 signature. */
export interface ClaimV1 {
  readonly accessKeyId: string;
  readonly dateLine: string;
  readonly signature: string;
}

/** @throws Failure 403 SignatureDoesNotMatch */
export function assertSignatureV1(request: RawRequest, address: Address, key: KnownKey, claim: ClaimV1): void {
  // The first of several equal names counts.
  const query = new Map(request.query.toReversed());
  const resource = canonicalResourceV1({ bucket: address.bucket, key: address.key, query });
  const stringToSign = stringToSignV1({
    method: request.method,
    headers: request.headers,
    dateLine: claim.dateLine,
    resource,
  });
  const expected = signatureV1(key.accessKeySecret, stringToSign);
  if (constantTimeEqual(expected, claim.signature)) return;
  throw signatureMismatch({
    accessKeyId: claim.accessKeyId,
    provided: claim.signature,
    stringToSign,
    ec: EC.mismatchV1,
  });
}
