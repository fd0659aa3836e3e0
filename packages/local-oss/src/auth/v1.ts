import { canonicalResourceV1, signatureV1, stringToSignV1 } from '@ossgrant/signer-core/steps';
import { constantTimeEqual, type KnownKey } from '../accounts/keyring.ts';
import type { Address } from '../http/address.ts';
import { EC } from '../http/ec.ts';
import { accessDenied, type Refusal, invalidArgument } from '../http/refusal.ts';
import { type RawRequest, parameter } from '../http/raw-request.ts';
import {
  signatureMismatch,
  type AuthContext,
  type Verified,
  tokenIn,
  assertNotExpired,
  assertSkew,
  parseIsoBasic,
  parseRfc1123,
} from './checks.ts';

/** The V1 signature of a request, before it is verified. */
export interface ClaimV1 {
  readonly accessKeyId: string;
  readonly dateLine: string;
  readonly signature: string;
}

/** @throws Refusal 403 SignatureDoesNotMatch */
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

/** Verifies V1 in the URL: expiry first, then key, then signature. */
export function verifyUrlV1(request: RawRequest, address: Address, context: AuthContext): Verified {
  const accessKeyId = required(request, 'OSSAccessKeyId', EC.urlKeyIdMissingV1, EC.urlKeyIdEmptyV1);
  const expires = required(request, 'Expires', EC.expiresMissingV1, EC.expiresEmptyV1);
  const signature = required(request, 'Signature', EC.urlSignatureMissingV1, EC.urlSignatureEmptyV1);
  if (!/^[\w.-]+$/.test(accessKeyId)) throw incomplete(EC.urlKeyIdInvalidV1);
  if (!/^\d{1,15}$/.test(expires)) {
    throw accessDenied('Invalid date (should be seconds since epoch).', EC.expiresInvalidV1);
  }
  assertNotExpired(Number(expires) * 1000, context.now);
  const key = context.keyring.find(accessKeyId, tokenIn(request, 'security-token'), context.now);
  assertSignatureV1(request, address, key, { accessKeyId, dateLine: expires, signature });
  return { identity: key.identity, accessKeyId };
}

function required(request: RawRequest, name: string, missing: string, empty: string): string {
  const value = parameter(request, name);
  if (value === undefined) throw incomplete(missing);
  if (value === '') throw incomplete(empty);
  return value;
}

function incomplete(ec: string): Refusal {
  return accessDenied('Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters', ec);
}

/** Verifies V1 in the `Authorization` header. `x-oss-date`, which browsers must use, takes the place of `Date`. */
export function verifyHeadersV1(request: RawRequest, address: Address, context: AuthContext): Verified {
  const { accessKeyId, signature } = parseAuthorization(request.headers.get('authorization') ?? '');
  const dateLine = request.headers.get('x-oss-date') ?? request.headers.get('date');
  if (dateLine === undefined) throw accessDenied('OSS authentication requires a valid Date.', EC.dateMissing);
  const date = parseRfc1123(dateLine) ?? parseIsoBasic(dateLine);
  if (date === undefined) throw accessDenied('OSS authentication requires a valid Date.', EC.dateInvalid);
  assertSkew(date, context.now);
  const key = context.keyring.find(accessKeyId, tokenIn(request), context.now);
  assertSignatureV1(request, address, key, { accessKeyId, dateLine, signature });
  return { identity: key.identity, accessKeyId };
}

function parseAuthorization(text: string): { readonly accessKeyId: string; readonly signature: string } {
  const value = text.slice('OSS '.length);
  const colon = value.indexOf(':');
  if (colon === -1) throw invalidArgument('Authorization header is invalid.', EC.authorizationFormV1);
  const [accessKeyId, signature] = [value.slice(0, colon), value.slice(colon + 1)];
  if (accessKeyId === '') throw invalidArgument('The AccessKeyId is empty.', EC.keyIdEmptyV1);
  if (!/^[\w.-]+$/.test(accessKeyId)) throw invalidArgument('The AccessKeyId is invalid.', EC.keyIdInvalidV1);
  if (signature === '') throw invalidArgument('The Signature is empty.', EC.signatureEmptyV1);
  return { accessKeyId, signature };
}
