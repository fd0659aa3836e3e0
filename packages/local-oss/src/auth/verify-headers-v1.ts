import { accessDenied, invalidArgument } from '../failure.ts';
import type { Address } from '../http/address.ts';
import type { RawRequest } from '../http/raw-request.ts';
import type { AuthContext } from './authenticate.ts';
import type { Identity } from './identity.ts';
import { assertSignatureV1 } from './recompute-v1.ts';
import { assertSkew } from './skew.ts';
import { parseIsoBasic, parseRfc1123 } from './timestamps.ts';
import { tokenIn } from './token-in.ts';

/** Verifies V1 in the `Authorization` header. `x-oss-date`, which browsers must use, takes the place of `Date`. */
export function verifyHeadersV1(request: RawRequest, address: Address, context: AuthContext): Identity {
  const match = /^OSS ([^:\s]+):(\S+)$/.exec(request.headers.get('authorization') ?? '');
  if (match === null) throw invalidArgument('Authorization header is invalid.');
  const [, accessKeyId = '', signature = ''] = match;
  const dateLine = request.headers.get('x-oss-date') ?? request.headers.get('date');
  if (dateLine === undefined) throw accessDenied('OSS authentication requires a valid Date.', '0002-00000503');
  const date = parseRfc1123(dateLine) ?? parseIsoBasic(dateLine);
  if (date === undefined) throw accessDenied('OSS authentication requires a valid Date.', '0002-00000502');
  assertSkew(date, context.now);
  const key = context.keyring.find(accessKeyId, tokenIn(request, 'security-token'), context.now);
  assertSignatureV1(request, address, key, { accessKeyId, dateLine, signature });
  return key.identity;
}
