import type { Identity } from '../access/identity.ts';
import type { Address } from '../http/address.ts';
import { EC } from '../http/ec.ts';
import { Refusal, invalidArgument } from '../http/refusal.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import { type AuthContext, refuseV1 } from './checks.ts';
import { verifyHeadersV1, verifyUrlV1 } from './v1.ts';
import { verifyHeadersV4, verifyUrlV4 } from './v4.ts';

/**
 * Recognises signatures that this server does not verify: OSS V2 and the S3 face's own. The cloud refuses them so where
 * they are not enabled.
 *
 * @returns the refusal, or `undefined` when the request carries no such signature
 */
export function foreignScheme(request: RawRequest): Refusal | undefined {
  const authorization = request.headers.get('authorization') ?? '';
  const version = parameter(request, 'x-oss-signature-version');
  const has = (name: string): boolean => parameter(request, name) !== undefined;
  if (authorization.startsWith('OSS2 ') || version === 'OSS2') return notEnabled('OSS V2', EC.v2NotEnabled);
  if (authorization.startsWith('AWS4-') || has('X-Amz-Algorithm') || has('X-Amz-Signature')) {
    return notEnabled('S3-compatible V4', EC.s3V4NotEnabled);
  }
  if (authorization.startsWith('AWS ') || has('AWSAccessKeyId')) {
    return notEnabled('S3-compatible V2', EC.s3V2NotEnabled);
  }
  if (version !== undefined && version !== 'OSS4-HMAC-SHA256') {
    return invalidArgument('The x-oss-signature-version is invalid.', EC.signatureVersionUnknown);
  }
  if (version === undefined && (has('x-oss-credential') || has('x-oss-signature'))) {
    return invalidArgument('The x-oss-signature-version is missing.', EC.signatureVersionUnknown);
  }
  return undefined;
}

function notEnabled(scheme: string, ec: string): Refusal {
  return new Refusal({
    status: 400,
    code: 'InvalidArgument',
    message: `The ${scheme} signature is not enabled here: local-oss verifies OSS V1 and V4.`,
    ec,
  });
}

/** The signer of a request, and the place of the signature. */
export interface Authentication {
  readonly identity: Identity;
  readonly scheme: 'none' | 'v1-header' | 'v1-url' | 'v1-form' | 'v4-header' | 'v4-url' | 'v4-form';
  /** Absent for anonymous requests. */
  readonly accessKeyId?: string;
}

const V1_URL = ['OSSAccessKeyId', 'Expires', 'Signature'];
const V4_URL = ['x-oss-signature-version', 'x-oss-credential', 'x-oss-signature'];

/**
 * Finds the signature of a request and verifies it.
 *
 * @throws Refusal with the cloud's status, code and EC
 */
export function authenticate(request: RawRequest, address: Address, context: AuthContext): Authentication {
  const authorization = request.headers.get('authorization');
  const inUrl = urlScheme(request);
  if (authorization !== undefined && inUrl !== undefined) {
    throw invalidArgument('Only one auth mechanism allowed: the URL or the Authorization header.', EC.signedTwice);
  }
  const foreign = foreignScheme(request);
  if (foreign !== undefined) throw foreign;
  if (inUrl === 'v4') return { ...verifyUrlV4(request, address, context), scheme: 'v4-url' };
  if (inUrl === 'v1') {
    refuseV1(context);
    return { ...verifyUrlV1(request, address, context), scheme: 'v1-url' };
  }
  if (authorization === undefined) return { identity: { kind: 'anonymous' }, scheme: 'none' };
  if (authorization.startsWith('OSS4-HMAC-SHA256 ')) {
    return { ...verifyHeadersV4(request, address, context), scheme: 'v4-header' };
  }
  if (authorization.startsWith('OSS ')) {
    refuseV1(context);
    return { ...verifyHeadersV1(request, address, context), scheme: 'v1-header' };
  }
  throw invalidArgument('Authorization header is invalid.', EC.authorizationUnknown);
}

function urlScheme(request: RawRequest): 'v1' | 'v4' | 'other' | undefined {
  const has = (name: string): boolean => parameter(request, name) !== undefined;
  if (V4_URL.some(has)) return parameter(request, V4_URL[0] ?? '') === 'OSS4-HMAC-SHA256' ? 'v4' : 'other';
  // `AWSAccessKeyId` links use the same `Expires` and `Signature`.
  if (has('AWSAccessKeyId') || has('X-Amz-Algorithm') || has('X-Amz-Signature')) return 'other';
  return V1_URL.some(has) ? 'v1' : undefined;
}
