import {
  additionalHeaderNamesV4,
  canonicalQueryV4,
  canonicalUriV4,
  scopeTextV4,
  signatureV4,
  signingKeyV4,
  signingTextsV4,
  stringToSignHeadV4,
} from '@ossgrant/signer-core/steps';
import { constantTimeEqual, type KnownKey } from '../accounts/keyring.ts';
import type { Address } from '../http/address.ts';
import { EC } from '../http/ec.ts';
import { invalidArgument, Refusal, accessDenied } from '../http/refusal.ts';
import { type RawRequest, parameter } from '../http/raw-request.ts';
import {
  signatureMismatch,
  type AuthContext,
  type Verified,
  MAX_SKEW_MS,
  parseIsoBasic,
  tokenIn,
  assertNotExpired,
  assertSkew,
  parseRfc1123,
} from './checks.ts';

/** EC numbers for the place of the list. */
export interface AdditionalHeaderCodes {
  readonly empty: string;
  readonly emptyItem: string;
  readonly notSent: string;
}

/**
 * Reads V4's list of additional headers. Each must be sent, and a name with `_` is refused, since proxies drop those.
 *
 * @throws Refusal 400 InvalidArgument
 */
export function parseAdditionalHeaders(
  text: string | undefined,
  request: RawRequest,
  codes: AdditionalHeaderCodes,
): readonly string[] {
  if (text === undefined) return [];
  if (text === '') throw invalidArgument('The additional headers are empty.', codes.empty);
  const names = text.split(';');
  for (const name of names) {
    if (name.trim() === '') throw invalidArgument('An additional header has no name.', codes.emptyItem);
    if (name.includes('_') || !request.headers.has(name.toLowerCase())) {
      throw invalidArgument('An additional header is not among the request headers.', codes.notSent);
    }
  }
  return names;
}

/** `<key id>/<day>/<region>/<product>/aliyun_v4_request`, taken apart. */
export interface CredentialV4 {
  readonly accessKeyId: string;
  readonly day: string;
  readonly region: string;
  readonly product: string;
}

/** The place of a credential: each has its own EC numbers. */
export type CredentialPlace = 'header' | 'url' | 'form';

const INVALID = {
  header: EC.credentialInvalidV4,
  url: EC.urlCredentialInvalidV4,
  form: EC.formCredentialInvalidV4,
} as const;
const DAY_INVALID = { header: EC.dayInvalidV4, url: EC.urlDayInvalidV4, form: EC.formDayInvalidV4 } as const;

/**
 * Reads and checks a V4 credential.
 *
 * @throws Refusal 400 InvalidArgument with the cloud's EC
 */
export function parseCredentialV4(text: string, region: string, place: CredentialPlace): CredentialV4 {
  const [accessKeyId = '', day = '', scopeRegion = '', product = '', terminator = '', ...rest] = text.split('/');
  if (accessKeyId === '' || terminator !== 'aliyun_v4_request' || rest.length > 0) {
    throw invalidArgument('Invalid credential in signature.', INVALID[place]);
  }
  if (!/^[\w.-]+$/.test(accessKeyId)) throw invalidArgument('Invalid AccessKeyId in credential.', EC.keyIdInvalidV4);
  if (!/^\d{8}$/.test(day)) throw invalidArgument('Invalid signing date in credential.', DAY_INVALID[place]);
  if (scopeRegion !== region) throw invalidArgument('Invalid signing region in Authorization header.', EC.regionV4);
  if (product !== 'oss') throw invalidArgument('Invalid signing product in Authorization header.', EC.productV4);
  return { accessKeyId, day, region: scopeRegion, product };
}

/**
 * A signature's day and time must agree: a key made for one day must not sign for another.
 *
 * @throws Refusal 400 InvalidArgument
 */
export function assertSameDay(credential: CredentialV4, date: Date): void {
  if (date.toISOString().slice(0, 10).replaceAll('-', '') === credential.day) return;
  throw new Refusal({
    status: 400,
    code: 'InvalidArgument',
    message: 'The signing date in the credential differs from the x-oss-date.',
    ec: EC.dayDiffersV4,
  });
}

/** The V4 signature of a request, before it is verified. */
export interface ClaimV4 {
  readonly credential: CredentialV4;
  /** As it stands in the string to sign. */
  readonly timestamp: string;
  readonly additionalHeaders: readonly string[];
  readonly payloadHash: string;
  readonly signature: string;
}

/** @throws Refusal 403 SignatureDoesNotMatch */
export function assertSignatureV4(request: RawRequest, address: Address, key: KnownKey, claim: ClaimV4): void {
  const additionalHeaders = additionalHeaderNamesV4(claim.additionalHeaders, request.headers);
  const { canonicalRequest, hash } = signingTextsV4({
    method: request.method,
    uri: canonicalUriV4(address.bucket, address.key),
    query: canonicalQueryV4(request.query),
    headers: request.headers,
    additionalHeaders,
    payloadHash: claim.payloadHash,
  });
  const scope = scopeTextV4(claim.credential);
  const stringToSign = stringToSignHeadV4({ timestamp: claim.timestamp, scope }) + hash;
  const expected = signatureV4(signingKeyV4(key.accessKeySecret, claim.credential), stringToSign);
  if (constantTimeEqual(expected, claim.signature)) return;
  throw signatureMismatch({
    accessKeyId: claim.credential.accessKeyId,
    provided: claim.signature,
    stringToSign,
    canonicalRequest,
    ec: EC.mismatchV4,
  });
}

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

const FIELDS = new Set(['Credential', 'AdditionalHeaders', 'Signature']);
const CODES_VERIFYHEADERSV4 = {
  empty: EC.additionalEmptyV4,
  emptyItem: EC.additionalItemEmptyV4,
  notSent: EC.additionalNotSentV4,
};

/** Verifies V4 in the `Authorization` header. Order and spaces of its fields are tolerated, as in the cloud. */
export function verifyHeadersV4(request: RawRequest, address: Address, context: AuthContext): Verified {
  const fields = parseFields(request.headers.get('authorization') ?? '');
  const credentialText = fields.get('Credential');
  if (credentialText === undefined) throw invalidArgument('The Credential is missing.', EC.credentialMissingV4);
  const signature = fields.get('Signature');
  if (signature === undefined) throw invalidArgument('The Signature is missing.', EC.signatureMissingV4);
  if (signature === '') throw invalidArgument('The Signature is empty.', EC.signatureEmptyV4);
  const credential = parseCredentialV4(credentialText, context.region, 'header');
  const additionalHeaders = parseAdditionalHeaders(fields.get('AdditionalHeaders'), request, CODES_VERIFYHEADERSV4);
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
