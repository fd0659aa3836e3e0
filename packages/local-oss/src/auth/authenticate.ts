import { accessDenied, Failure, invalidArgument } from '../failure.ts';
import type { Address } from '../http/address.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import type { Identity } from './identity.ts';
import type { Keyring } from './keyring.ts';
import { verifyHeadersV1 } from './verify-headers-v1.ts';
import { verifyHeadersV4 } from './verify-headers-v4.ts';
import { verifyUrlV1 } from './verify-url-v1.ts';
import { verifyUrlV4 } from './verify-url-v4.ts';

/** What a verifier needs beside the request. */
export interface AuthContext {
  readonly keyring: Keyring;
  /** Region that V4 must be scoped to. */
  readonly region: string;
  readonly now: Date;
  /** `refuse`: as the cloud does for new buckets. */
  readonly v1: 'accept' | 'refuse';
}

/** Who signed a request, and where the signature stood. */
export interface Authentication {
  readonly identity: Identity;
  readonly scheme: 'none' | 'v1-header' | 'v1-url' | 'v4-header' | 'v4-url';
}

/**
 * Finds the signature of a request and verifies it.
 *
 * @throws Failure with the cloud's status, code and EC
 */
export function authenticate(request: RawRequest, address: Address, context: AuthContext): Authentication {
  const authorization = request.headers.get('authorization');
  const inUrl = urlScheme(request);
  if (authorization !== undefined && inUrl !== undefined) {
    throw invalidArgument('Only one auth mechanism allowed: either the query or the Authorization header.');
  }
  if (inUrl === 'v4') return { identity: verifyUrlV4(request, address, context), scheme: 'v4-url' };
  if (inUrl === 'v1') {
    refuseV1(context);
    return { identity: verifyUrlV1(request, address, context), scheme: 'v1-url' };
  }
  if (authorization === undefined) return { identity: { kind: 'anonymous' }, scheme: 'none' };
  if (authorization.startsWith('OSS4-HMAC-SHA256 ')) {
    return { identity: verifyHeadersV4(request, address, context), scheme: 'v4-header' };
  }
  if (authorization.startsWith('OSS ')) {
    refuseV1(context);
    return { identity: verifyHeadersV1(request, address, context), scheme: 'v1-header' };
  }
  throw invalidArgument('Authorization header is invalid.');
}

function urlScheme(request: RawRequest): 'v1' | 'v4' | undefined {
  const version = parameter(request, 'x-oss-signature-version');
  if (version === 'OSS4-HMAC-SHA256') return 'v4';
  if (version !== undefined) throw invalidArgument(`Unsupported signature version: ${version}.`);
  const v1 = ['OSSAccessKeyId', 'Expires', 'Signature'].filter((name) => parameter(request, name) !== undefined);
  if (v1.length === 0) return undefined;
  if (v1.length < 3) {
    throw accessDenied(
      'Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters',
      '0002-00000060',
    );
  }
  return 'v1';
}

function refuseV1(context: AuthContext): void {
  if (context.v1 === 'accept') return;
  throw new Failure({
    status: 403,
    code: 'AccessDenied',
    message: 'Signature version 1 is not supported for this bucket. Please use signature version 4.',
    ec: '0002-00000080',
  });
}
