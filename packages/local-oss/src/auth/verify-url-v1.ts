import { accessDenied, type Failure } from '../failure.ts';
import type { Address } from '../http/address.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import type { AuthContext, Verified } from './auth-context.ts';
import { EC } from './ec.ts';
import { assertSignatureV1 } from './recompute-v1.ts';
import { tokenIn } from './token-in.ts';

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

/** @throws Failure 403 AccessDenied "Request has expired." */
export function assertNotExpired(expiresMs: number, now: Date): void {
  if (now.getTime() < expiresMs) return;
  // A Date ends at 8.64e15 ms; such a link is never past, so `expiresMs` is a valid instant here.
  throw accessDenied('Request has expired.', EC.expired, {
    Expires: new Date(expiresMs).toISOString(),
    ServerTime: now.toISOString(),
  });
}

function required(request: RawRequest, name: string, missing: string, empty: string): string {
  const value = parameter(request, name);
  if (value === undefined) throw incomplete(missing);
  if (value === '') throw incomplete(empty);
  return value;
}

function incomplete(ec: string): Failure {
  return accessDenied('Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters', ec);
}
