import {
  additionalHeaderNamesV4,
  canonicalQueryV4,
  canonicalResourceV1,
  canonicalUriV4,
  scopeTextV4,
  signatureV1,
  signatureV4,
  signingKeyV4,
  signingTextsV4,
  stringToSignHeadV4,
  stringToSignV1,
} from '@ossgrant/signer-core/steps';
import type { Claim } from '../inspect/claim.ts';

/** A request as a server reads it, from which a signature is computed. */
export interface ReadRequest {
  readonly method: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly query: readonly (readonly [name: string, value: string | null])[];
  /** Names in lower case, `host` included. */
  readonly headers: ReadonlyMap<string, string>;
}

/** The texts that are signed. They contain the token: mask it before showing them. */
export interface RecomputedTexts {
  readonly canonicalRequest?: string;
  readonly stringToSign: string;
}

/** @returns `undefined` when the claim lacks what its own rules need */
export function recomputeTexts(request: ReadRequest, claim: Claim): RecomputedTexts | undefined {
  const { method, bucket, key, query, headers } = request;
  const { timestamp, scope } = claim;
  if (timestamp === undefined) return undefined;
  if (claim.scheme === 'oss-v1') {
    const resource = canonicalResourceV1({ bucket, key, query });
    return { stringToSign: stringToSignV1({ method, headers, dateLine: timestamp, resource }) };
  }
  if (claim.scheme !== 'oss-v4' || scope === undefined) return undefined;
  const additionalHeaders = additionalHeaderNamesV4(claim.additionalHeaders, headers);
  const { canonicalRequest, hash } = signingTextsV4({
    method,
    uri: canonicalUriV4(bucket, key),
    query: canonicalQueryV4(query),
    headers,
    additionalHeaders,
  });
  return { canonicalRequest, stringToSign: stringToSignHeadV4({ timestamp, scope: scopeTextV4(scope) }) + hash };
}

/** The signature that the secret makes from this request; `undefined` when the claim lacks what its own rules need. */
export function signatureOf(secret: string, request: ReadRequest, claim: Claim): string | undefined {
  const texts = recomputeTexts(request, claim);
  if (texts === undefined) return undefined;
  if (claim.scheme === 'oss-v1') return signatureV1(secret, texts.stringToSign);
  return claim.scope && signatureV4(signingKeyV4(secret, claim.scope), texts.stringToSign);
}

/** Whether the secret makes the claimed signature from this request. */
export function isSignedBy(secret: string, request: ReadRequest, claim: Claim): boolean {
  return claim.signature !== undefined && signatureOf(secret, request, claim) === claim.signature;
}
