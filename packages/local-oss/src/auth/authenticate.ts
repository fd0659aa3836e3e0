import { accessDenied, invalidArgument } from '../failure.ts';
import type { Address } from '../http/address.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import type { AuthContext } from './auth-context.ts';
import { EC } from './ec.ts';
import type { Identity } from './identity.ts';
import { foreignScheme } from './foreign-scheme.ts';
import { verifyHeadersV1 } from './verify-headers-v1.ts';
import { verifyHeadersV4 } from './verify-headers-v4.ts';
import { verifyUrlV1 } from './verify-url-v1.ts';
import { verifyUrlV4 } from './verify-url-v4.ts';

/** Who signed a request, and where the signature stood. */
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
 * @throws Failure with the cloud's status, code and EC
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

/** @throws Failure 403, EC 0002-00000080, where V1 is not accepted any more */
export function refuseV1(context: Pick<AuthContext, 'v1'>): void {
  if (context.v1 === 'accept') return;
  throw accessDenied('The V1 signature algorithm is not supported any more. Please use V4.', EC.v1Refused);
}

function urlScheme(request: RawRequest): 'v1' | 'v4' | 'other' | undefined {
  const has = (name: string): boolean => parameter(request, name) !== undefined;
  if (V4_URL.some(has)) return parameter(request, V4_URL[0] ?? '') === 'OSS4-HMAC-SHA256' ? 'v4' : 'other';
  // `AWSAccessKeyId` links use the same `Expires` and `Signature`.
  if (has('AWSAccessKeyId') || has('X-Amz-Algorithm') || has('X-Amz-Signature')) return 'other';
  return V1_URL.some(has) ? 'v1' : undefined;
}
