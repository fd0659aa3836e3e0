import { accessDenied, invalidArgument } from '../failure.ts';
import type { Address } from '../http/address.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import { parseAdditionalHeaders } from './additional-headers.ts';
import type { AuthContext, Verified } from './auth-context.ts';
import { assertSameDay, parseCredentialV4 } from './credential-v4.ts';
import { EC } from './ec.ts';
import { assertSignatureV4 } from './recompute-v4.ts';
import { MAX_SKEW_MS } from './skew.ts';
import { parseIsoBasic } from './timestamps.ts';
import { tokenIn } from './token-in.ts';
import { assertNotExpired } from './verify-url-v1.ts';

const MAX_EXPIRES_SECONDS = 604_800;
const CODES = {
  empty: EC.urlAdditionalEmptyV4,
  emptyItem: EC.urlAdditionalEmptyV4,
  notSent: EC.urlAdditionalNotSentV4,
};

/** Verifies V4 in the URL: form, then expiry, then key, then signature. */
export function verifyUrlV4(request: RawRequest, address: Address, context: AuthContext): Verified {
  const credentialText = required(request, 'x-oss-credential', EC.urlCredentialMissingV4, EC.urlCredentialEmptyV4);
  const expires = expiresOf(request);
  const signature = required(request, 'x-oss-signature', EC.urlSignatureMissingV4, EC.urlSignatureEmptyV4);
  const timestamp = required(request, 'x-oss-date', EC.urlDateMissingV4, EC.urlDateInvalidV4);
  const date = parseIsoBasic(timestamp);
  if (date === undefined) throw invalidArgument('The x-oss-date is invalid.', EC.urlDateInvalidV4);
  const credential = parseCredentialV4(credentialText, context.region, 'url');
  const additionalHeaders = parseAdditionalHeaders(parameter(request, 'x-oss-additional-headers'), request, CODES);
  if (date.getTime() - context.now.getTime() > MAX_SKEW_MS) {
    throw accessDenied('The request is not yet valid: its x-oss-date is in the future.', EC.urlNotYetV4);
  }
  assertNotExpired(date.getTime() + expires * 1000, context.now);
  assertSameDay(credential, date);
  const { accessKeyId } = credential;
  const key = context.keyring.find(accessKeyId, tokenIn(request, 'x-oss-security-token'), context.now);
  const payloadHash = 'UNSIGNED-PAYLOAD';
  assertSignatureV4(request, address, key, { credential, timestamp, additionalHeaders, payloadHash, signature });
  return { identity: key.identity, accessKeyId };
}

function expiresOf(request: RawRequest): number {
  const text = required(request, 'x-oss-expires', EC.urlExpiresMissingV4, EC.urlExpiresEmptyV4);
  const seconds = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= MAX_EXPIRES_SECONDS) return seconds;
  throw invalidArgument('The x-oss-expires must be from 1 to 604800 seconds.', EC.urlExpiresRangeV4);
}

function required(request: RawRequest, name: string, missing: string, empty: string): string {
  const value = parameter(request, name);
  if (value === undefined) throw invalidArgument(`Query-string authentication requires ${name}.`, missing);
  if (value === '') throw invalidArgument(`The ${name} is empty.`, empty);
  return value;
}
