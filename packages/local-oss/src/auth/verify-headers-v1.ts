import { accessDenied, invalidArgument } from '../failure.ts';
import type { Address } from '../http/address.ts';
import type { RawRequest } from '../http/raw-request.ts';
import type { AuthContext, Verified } from './auth-context.ts';
import { EC } from './ec.ts';
import { assertSignatureV1 } from './recompute-v1.ts';
import { assertSkew } from './skew.ts';
import { parseIsoBasic, parseRfc1123 } from './timestamps.ts';
import { tokenIn } from './token-in.ts';

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
