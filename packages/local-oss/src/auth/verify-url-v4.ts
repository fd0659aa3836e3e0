import { accessDenied, invalidArgument } from '../failure.ts';
import type { Address } from '../http/address.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import type { AuthContext } from './authenticate.ts';
import { parseCredentialV4 } from './credential-v4.ts';
import type { Identity } from './identity.ts';
import { assertSignatureV4 } from './recompute-v4.ts';
import { MAX_SKEW_MS } from './skew.ts';
import { parseIsoBasic } from './timestamps.ts';
import { tokenIn } from './token-in.ts';

const MAX_EXPIRES_SECONDS = 604_800;

/** Verifies V4 in the URL: form, then expiry, then key, then signature. */
export function verifyUrlV4(request: RawRequest, address: Address, context: AuthContext): Identity {
  const credential = parseCredentialV4(required(request, 'x-oss-credential', '0002-00000218'), context.region);
  const signature = required(request, 'x-oss-signature', '0002-00000219');
  const timestamp = required(request, 'x-oss-date', '0002-00000217');
  const date = parseIsoBasic(timestamp);
  if (date === undefined) throw invalidArgument('Invalid x-oss-date.', '0002-00000220');
  const expiresText = required(request, 'x-oss-expires', '0002-00000215');
  if (!/^\d{1,15}$/.test(expiresText) || Number(expiresText) < 1) {
    throw invalidArgument('Invalid x-oss-expires.', '0002-00000231');
  }
  const expires = Number(expiresText);
  if (expires > MAX_EXPIRES_SECONDS) {
    throw invalidArgument('x-oss-expires must be at most 604800 seconds.', '0002-00000232');
  }
  const now = context.now.getTime();
  if (date.getTime() - now > MAX_SKEW_MS) {
    throw accessDenied('x-oss-date is too far in the future.', '0002-00000235');
  }
  if (now >= date.getTime() + expires * 1000) throw accessDenied('Request has expired.', '0002-00000069');
  const key = context.keyring.find(credential.accessKeyId, tokenIn(request, 'x-oss-security-token'), context.now);
  assertSignatureV4(request, address, key, {
    credential,
    timestamp,
    additionalHeaders: parameter(request, 'x-oss-additional-headers')?.split(';') ?? [],
    payloadHash: 'UNSIGNED-PAYLOAD',
    signature,
  });
  return key.identity;
}

function required(request: RawRequest, name: string, ec: string): string {
  const value = parameter(request, name);
  if (!value) throw invalidArgument(`Query-string authentication requires ${name}.`, ec);
  return value;
}
