import { accessDenied, invalidArgument } from '../failure.ts';
import type { Address } from '../http/address.ts';
import type { RawRequest } from '../http/raw-request.ts';
import { parseAdditionalHeaders } from './additional-headers.ts';
import type { AuthContext, Verified } from './auth-context.ts';
import { assertSameDay, parseCredentialV4 } from './credential-v4.ts';
import { EC } from './ec.ts';
import { assertSignatureV4 } from './recompute-v4.ts';
import { assertSkew } from './skew.ts';
import { parseIsoBasic, parseRfc1123 } from './timestamps.ts';
import { tokenIn } from './token-in.ts';

const FIELDS = new Set(['Credential', 'AdditionalHeaders', 'Signature']);
const CODES = { empty: EC.additionalEmptyV4, emptyItem: EC.additionalItemEmptyV4, notSent: EC.additionalNotSentV4 };

/** Verifies V4 in the `Authorization` header. Order and spaces of its fields are tolerated, as in the cloud. */
export function verifyHeadersV4(request: RawRequest, address: Address, context: AuthContext): Verified {
  const fields = parseFields(request.headers.get('authorization') ?? '');
  const credentialText = fields.get('Credential');
  if (credentialText === undefined) throw invalidArgument('The Credential is missing.', EC.credentialMissingV4);
  const signature = fields.get('Signature');
  if (signature === undefined) throw invalidArgument('The Signature is missing.', EC.signatureMissingV4);
  if (signature === '') throw invalidArgument('The Signature is empty.', EC.signatureEmptyV4);
  const credential = parseCredentialV4(credentialText, context.region, 'header');
  const additionalHeaders = parseAdditionalHeaders(fields.get('AdditionalHeaders'), request, CODES);
  const payloadHash = request.headers.get('x-oss-content-sha256');
  if (payloadHash !== 'UNSIGNED-PAYLOAD') {
    throw invalidArgument('The x-oss-content-sha256 must be UNSIGNED-PAYLOAD.', EC.contentSha256V4);
  }
  const { text: timestamp, date } = timestampOf(request);
  assertSkew(date, context.now);
  assertSameDay(credential, date);
  const { accessKeyId } = credential;
  const key = context.keyring.find(accessKeyId, tokenIn(request), context.now);
  assertSignatureV4(request, address, key, { credential, timestamp, additionalHeaders, payloadHash, signature });
  return { identity: key.identity, accessKeyId };
}

function parseFields(authorization: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const pieces = authorization.slice('OSS4-HMAC-SHA256 '.length).split(',');
  if (pieces.length > FIELDS.size) throw invalidArgument('Authorization header is invalid.', EC.fieldsFewV4);
  for (const piece of pieces) {
    const equals = piece.indexOf('=');
    if (equals === -1) throw invalidArgument('Authorization header is invalid.', EC.fieldFormV4);
    const name = piece.slice(0, equals).trim();
    if (!FIELDS.has(name) || fields.has(name)) {
      throw invalidArgument('Authorization header is invalid.', EC.fieldUnknownV4);
    }
    fields.set(name, piece.slice(equals + 1).trim());
  }
  return fields;
}

// Older Go clients send no x-oss-date: then the Date header, as it stands, is the timestamp in the string to sign.
function timestampOf(request: RawRequest): { readonly text: string; readonly date: Date } {
  const text = request.headers.get('x-oss-date') ?? request.headers.get('date');
  if (text === undefined) throw accessDenied('OSS authentication requires a valid Date.', EC.dateMissing);
  const date = parseIsoBasic(text) ?? parseRfc1123(text);
  if (date === undefined) throw accessDenied('OSS authentication requires a valid Date.', EC.dateInvalid);
  return { text, date };
}
