import type { Claim } from '../../inspect/claim.ts';
import { signatureFaults, type SignatureFault } from '../../inspect/signature-faults.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

const FIXES: Readonly<Record<SignatureFault['code'], string>> = {
  SIGNATURE_INCOMPLETE: 'use the whole link as it was signed; a signer must send every parameter of its signature',
  DATE_INVALID: 'write x-oss-date in UTC as 20260101T000000Z, and sign again',
  EXPIRES_INVALID:
    'give V4 a life in seconds, at most 604800, and V1 an instant in whole seconds since 1970; sign again',
  SCOPE_INVALID:
    'sign with the scope <day of x-oss-date in UTC>/<region>/oss/aliyun_v4_request; do not edit a signed link',
};

/** Parameters of the signature that no server accepts. */
export function wrongParameters({ link, claim }: Facts): readonly Cause[] {
  const faults = signatureFaults(link, claim).filter(
    ({ code }) => code !== 'EXPIRES_INVALID' || !inMilliseconds(claim),
  );
  return faults.map(({ code, message }) => ({
    code,
    certainty: 'proved',
    message,
    fix: FIXES[code],
  }));
}

// OSS reads them as seconds of a far future, and so looks at the signature.
function inMilliseconds({ scheme, timestamp }: Claim): boolean {
  return scheme === 'oss-v1' && /^\d{12,15}$/.test(timestamp ?? '');
}

/** V1's end was signed in seconds and sent in milliseconds. */
export function millisecondsSent({ claim, judge }: Facts): Cause | undefined {
  if (claim.place === 'header' || !inMilliseconds(claim)) return undefined;
  const certainty = judge({}, { ...claim, timestamp: String(Math.floor(Number(claim.timestamp) / 1000)) });
  if (certainty === undefined) return undefined;
  return {
    code: 'EXPIRES_INVALID',
    certainty,
    message: 'Expires seems to be in milliseconds, and the signature was made for seconds',
    fix: FIXES.EXPIRES_INVALID,
  };
}

/** Signed headers without the date that was signed. */
export function dateOfHeaders({ claim, error, input }: Facts): Cause | undefined {
  const isNamed = error.ec === '0002-00000502' || error.ec === '0002-00000503' || isAboutDate(error.message);
  const isAbsent = claim.place === 'header' && claim.scheme !== 'none' && claim.timestamp === undefined;
  if (!isNamed && !(isAbsent && input.headers !== undefined)) return undefined;
  const isInvalid = error.ec === '0002-00000502';
  return {
    code: isInvalid ? 'DATE_INVALID' : 'SIGNATURE_INCOMPLETE',
    certainty: isNamed ? 'named' : 'proved',
    message: isInvalid ? 'the date of the request cannot be read' : 'the request has no Date and no x-oss-date header',
    fix: 'send the date that was signed: x-oss-date as 20260101T000000Z, or Date as an RFC 1123 date in GMT',
  };
}

function isAboutDate(message: string | undefined): boolean {
  return message?.includes('requires a valid Date') === true;
}

/** The request has a signature in the link and another in its headers. */
export function twoAuthentications({ claim, error, request }: Facts): Cause | undefined {
  const hasBoth = claim.place === 'url' && claim.scheme !== 'none' && request.headers.has('authorization');
  if (!hasBoth && error.ec !== '0002-00000039') return undefined;
  return {
    code: 'TWO_AUTHENTICATIONS',
    certainty: hasBoth ? 'proved' : 'named',
    message: 'the request has a signature in the URL and an Authorization header: OSS accepts one of them',
    fix: 'send the link without an Authorization header; clients and proxies must not add theirs',
  };
}

const NOT_SENT = new Set(['0002-00000211', '0002-00000222']);

/** A header that the signature covers was not sent. */
export function additionalHeaderMissing({ claim, error, request, input, stage }: Facts): Cause | undefined {
  const absent = claim.additionalHeaders.filter((name) => name !== '' && !request.headers.has(name));
  const isNamed = NOT_SENT.has(error.ec ?? '');
  if (absent.length === 0 && !isNamed) return undefined;
  if (input.headers === undefined && !isNamed && stage !== undefined && stage !== 'signature') return undefined;
  const guess = input.headers !== undefined || stage === 'signature' ? 'likely' : 'possible';
  return {
    code: 'ADDITIONAL_HEADER_MISSING',
    certainty: isNamed ? 'named' : guess,
    message: `the signature covers ${absent.length === 0 ? 'a header' : absent.map((name) => JSON.stringify(name)).join(', ')}, which the request does not have`,
    fix: 'send the headers that the link was signed with, exactly; or sign without additionalHeaders',
  };
}

/** The request is signed by S3's rules. */
export function s3Signing({ claim, error }: Facts): Cause | undefined {
  if (claim.scheme !== 's3-v4' && claim.scheme !== 's3-v2') return undefined;
  const isNamed = error.ec === '0002-00000032' || error.ec === '0002-00000033';
  return {
    code: 'S3_SIGNING',
    certainty: isNamed ? 'named' : 'likely',
    message: 'the request is signed by the rules of S3, which OSS accepts only at its S3-compatible endpoints',
    fix: 'sign with an OSS signer, or send it to the S3-compatible endpoint of the region',
  };
}

/** The bucket refuses V1 signatures. */
export function v1Refused({ error }: Facts): Cause | undefined {
  if (error.ec !== '0002-00000080') return undefined;
  return {
    code: 'V1_REFUSED',
    certainty: 'named',
    message: 'the bucket refuses V1 signatures, as new buckets do',
    fix: 'sign with V4',
  };
}
