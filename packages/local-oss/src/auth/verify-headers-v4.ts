import { Failure, invalidArgument } from '../failure.ts';
import type { Address } from '../http/address.ts';
import type { RawRequest } from '../http/raw-request.ts';
import type { AuthContext } from './authenticate.ts';
import { parseCredentialV4 } from './credential-v4.ts';
import type { Identity } from './identity.ts';
import { assertSignatureV4 } from './recompute-v4.ts';
import { assertSkew } from './skew.ts';
import { parseIsoBasic, parseRfc1123 } from './timestamps.ts';
import { tokenIn } from './token-in.ts';

/** Verifies V4 in the `Authorization` header. Order and spaces of its fields are tolerated, as in the cloud. */
export function verifyHeadersV4(request: RawRequest, address: Address, context: AuthContext): Identity {
  const fields = parseFields(request.headers.get('authorization') ?? '');
  const credential = parseCredentialV4(fields.get('Credential') ?? '', context.region);
  const signature = fields.get('Signature');
  if (signature === undefined) throw invalidArgument('Missing Signature in Authorization header.', '0002-00000207');
  const additional = fields.get('AdditionalHeaders');
  if (additional === '') throw invalidArgument('Invalid AdditionalHeaders in Authorization header.', '0002-00000209');
  const payloadHash = request.headers.get('x-oss-content-sha256');
  if (payloadHash !== 'UNSIGNED-PAYLOAD') {
    throw invalidArgument('Invalid x-oss-content-sha256: must be UNSIGNED-PAYLOAD.', '0002-00000214');
  }
  const { text: timestamp, date } = timestampOf(request);
  assertSkew(date, context.now);
  const key = context.keyring.find(credential.accessKeyId, tokenIn(request, 'x-oss-security-token'), context.now);
  assertSignatureV4(request, address, key, {
    credential,
    timestamp,
    additionalHeaders: additional?.split(';') ?? [],
    payloadHash,
    signature,
  });
  return key.identity;
}

function parseFields(authorization: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const piece of authorization.slice('OSS4-HMAC-SHA256 '.length).split(',')) {
    const equals = piece.indexOf('=');
    if (equals === -1) throw invalidArgument('Authorization header is invalid.');
    fields.set(piece.slice(0, equals).trim(), piece.slice(equals + 1).trim());
  }
  return fields;
}

// Older Go clients send no x-oss-date: then the Date header, as it stands, is the timestamp in the string to sign.
function timestampOf(request: RawRequest): { readonly text: string; readonly date: Date } {
  const ossDate = request.headers.get('x-oss-date');
  const text = ossDate ?? request.headers.get('date');
  if (text === undefined) throw missingDate('0002-00000503');
  const date = parseIsoBasic(text) ?? parseRfc1123(text);
  if (date === undefined) throw missingDate('0002-00000502');
  return { text, date };
}

function missingDate(ec: string): Failure {
  return new Failure({
    status: 403,
    code: 'AccessDenied',
    message: 'OSS authentication requires a valid Date.',
    ec,
  });
}
