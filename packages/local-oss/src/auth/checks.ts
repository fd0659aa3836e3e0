import { defined } from '@ossgrant/credentials-core/internal';
import type { Identity } from '../access/identity.ts';
import type { Keyring } from '../accounts/keyring.ts';
import { EC } from '../http/ec.ts';
import { accessDenied, Refusal, invalidArgument } from '../http/refusal.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';

/** @throws Refusal 403, EC 0002-00000080, where V1 is not accepted any more */
export function refuseV1(context: Pick<AuthContext, 'v1'>): void {
  if (context.v1 === 'accept') return;
  throw accessDenied('The V1 signature algorithm is not supported any more. Please use V4.', EC.v1Refused);
}

/** @throws Refusal 403 AccessDenied "Request has expired." */
export function assertNotExpired(expiresMs: number, now: Date): void {
  if (now.getTime() < expiresMs) return;
  // A Date ends at 8.64e15 ms. A later `expiresMs` is never in the past, so the Date below is valid.
  throw accessDenied('Request has expired.', EC.expired, {
    Expires: new Date(expiresMs),
    ServerTime: now,
  });
}

/** Details that the cloud reveals about a mismatch. The expected signature is not among them. */
export interface MismatchParts {
  readonly accessKeyId: string;
  readonly provided: string;
  readonly stringToSign: string;
  readonly canonicalRequest?: string;
  readonly ec: string;
}

/** 403 SignatureDoesNotMatch. */
export function signatureMismatch(parts: MismatchParts): Refusal {
  const bytes = [...Buffer.from(parts.stringToSign)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase());
  return new Refusal({
    status: 403,
    code: 'SignatureDoesNotMatch',
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ec: parts.ec,
    details: {
      OSSAccessKeyId: parts.accessKeyId,
      SignatureProvided: parts.provided,
      StringToSign: parts.stringToSign,
      StringToSignBytes: bytes.join(' '),
      ...defined({ CanonicalRequest: parts.canonicalRequest }),
    },
  });
}

/** Maximum difference between a client's clock and the server's. */
export const MAX_SKEW_MS = 900_000;

/** @throws Refusal 403 RequestTimeTooSkewed */
export function assertSkew(requestTime: Date, now: Date): void {
  if (Math.abs(requestTime.getTime() - now.getTime()) <= MAX_SKEW_MS) return;
  throw new Refusal({
    status: 403,
    code: 'RequestTimeTooSkewed',
    message: 'The difference between the request time and the current time is too large.',
    ec: EC.skewed,
    details: {
      MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
      RequestTime: requestTime,
      ServerTime: now,
    },
  });
}

const ISO_BASIC = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
const RFC_1123 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Reads `YYYYMMDDTHHMMSSZ`; `undefined` when it is anything else. */
export function parseIsoBasic(text: string): Date | undefined {
  const match = ISO_BASIC.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  return valid(new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`));
}

/** Reads `Wed, 28 Dec 2022 10:27:41 GMT`; `undefined` when it is anything else. */
export function parseRfc1123(text: string): Date | undefined {
  return RFC_1123.test(text) ? valid(new Date(text)) : undefined;
}

function valid(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/**
 * The security token of a request: a header with header signing, a query parameter with URL signing, never both.
 *
 * @param urlName name of the parameter in a signed URL; absent for signed headers
 * @throws Refusal when both are given
 */
export function tokenIn(request: RawRequest, urlName?: 'security-token' | 'x-oss-security-token'): string | undefined {
  const inHeader = request.headers.get('x-oss-security-token');
  const inUrl = parameter(request, 'security-token') ?? parameter(request, 'x-oss-security-token');
  if (inHeader !== undefined && inUrl !== undefined) {
    throw invalidArgument('The security token must be in the URL or in a header, not in both.', EC.tokenTwice);
  }
  return inHeader ?? (urlName === undefined ? undefined : parameter(request, urlName));
}

/** Options of a verifier. */
export interface AuthContext {
  readonly keyring: Keyring;
  /** Region that V4 must be scoped to. */
  readonly region: string;
  readonly now: Date;
  /** `refuse`: as the cloud does for new buckets. */
  readonly v1: 'accept' | 'refuse';
}

/** The verified signer. */
export interface Verified {
  readonly identity: Identity;
  readonly accessKeyId: string;
}
