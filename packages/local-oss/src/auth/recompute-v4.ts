import {
  additionalHeaderNamesV4,
  canonicalHeadersV4,
  canonicalQueryV4,
  canonicalRequestV4,
  canonicalUriV4,
  scopeTextV4,
  signatureV4,
  signingKeyV4,
  stringToSignV4,
} from '@ossgrant/signer-core/steps';
import type { Address } from '../http/address.ts';
import type { RawRequest } from '../http/raw-request.ts';
import { constantTimeEqual } from './constant-time.ts';
import type { CredentialV4 } from './credential-v4.ts';
import { EC } from './ec.ts';
import type { KnownKey } from './keyring.ts';
import { signatureMismatch } from './mismatch.ts';

/** What a request claims about its V4 signature. */
export interface ClaimV4 {
  readonly credential: CredentialV4;
  /** As it stands in the string to sign. */
  readonly timestamp: string;
  readonly additionalHeaders: readonly string[];
  readonly payloadHash: string;
  readonly signature: string;
}

/** @throws Failure 403 SignatureDoesNotMatch */
export function assertSignatureV4(request: RawRequest, address: Address, key: KnownKey, claim: ClaimV4): void {
  const additionalHeaders = additionalHeaderNamesV4(claim.additionalHeaders, request.headers);
  const canonicalRequest = canonicalRequestV4({
    method: request.method,
    uri: canonicalUriV4(address.bucket, address.key),
    query: canonicalQueryV4(request.query),
    headers: canonicalHeadersV4(request.headers, additionalHeaders),
    additionalHeaders,
    payloadHash: claim.payloadHash,
  });
  const stringToSign = stringToSignV4({
    timestamp: claim.timestamp,
    scope: scopeTextV4(claim.credential),
    canonicalRequest,
  });
  const expected = signatureV4(signingKeyV4(key.accessKeySecret, claim.credential), stringToSign);
  if (constantTimeEqual(expected, claim.signature)) return;
  throw signatureMismatch({
    accessKeyId: claim.credential.accessKeyId,
    provided: claim.signature,
    stringToSign,
    canonicalRequest,
    ec: EC.mismatchV4,
  });
}
