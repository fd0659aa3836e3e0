import { accessDenied } from '../failure.ts';
import type { Address } from '../http/address.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import type { AuthContext } from './authenticate.ts';
import type { Identity } from './identity.ts';
import { assertSignatureV1 } from './recompute-v1.ts';
import { tokenIn } from './token-in.ts';

/** Verifies V1 in the URL: expiry first, then key, then signature. */
export function verifyUrlV1(request: RawRequest, address: Address, context: AuthContext): Identity {
  const accessKeyId = parameter(request, 'OSSAccessKeyId') ?? '';
  const signature = parameter(request, 'Signature') ?? '';
  const expires = parameter(request, 'Expires') ?? '';
  if (!/^\d{1,15}$/.test(expires)) throw accessDenied('Invalid date (should be seconds since epoch).', '0002-00000070');
  if (context.now.getTime() >= Number(expires) * 1000) throw accessDenied('Request has expired.', '0002-00000069');
  const key = context.keyring.find(accessKeyId, tokenIn(request, 'security-token'), context.now);
  assertSignatureV1(request, address, key, { accessKeyId, dateLine: expires, signature });
  return key.identity;
}
