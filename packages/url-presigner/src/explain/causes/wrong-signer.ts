import { isTokenMissing } from '../../inspect/link-warnings.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The request is signed by S3's rules. */
export function s3Signing({ claim }: Facts): Cause | undefined {
  if (claim.scheme !== 's3-v4' && claim.scheme !== 's3-v2') return undefined;
  return {
    code: 'S3_SIGNING',
    certainty: 'certain',
    message: 'the request is signed by the rules of S3, which OSS accepts only where its S3 face is enabled',
    fix: 'sign with an OSS signer, or send it to the S3-compatible endpoint of the region',
  };
}

/** The bucket takes no V1 signatures. */
export function v1Refused({ error }: Facts): Cause | undefined {
  if (error.ec !== '0002-00000080') return undefined;
  return {
    code: 'V1_REFUSED',
    certainty: 'certain',
    message: 'the bucket refuses V1 signatures, as new buckets do',
    fix: 'sign with V4',
  };
}

/** A temporary key was used without its token. */
export function tokenMissing({ claim, input }: Facts): Cause | undefined {
  const wanted = claim.scheme !== 'none' && input.credentials?.securityToken !== undefined;
  if (!isTokenMissing(claim) && !(wanted && !claim.token)) return undefined;
  return {
    code: 'TOKEN_MISSING',
    certainty: 'certain',
    message: 'the key is a temporary one, and the request carries no security token',
    fix: 'give the signer key id, secret and security token of one answer of STS',
  };
}

/** Key and token are of two sessions. */
export function tokenOfAnotherKey({ claim, error, input }: Facts): Cause | undefined {
  const { credentials } = input;
  const told = error.code === 'AccessKeyIdAndSecurityTokenNotMatch';
  const differs =
    Boolean(claim.token) &&
    credentials?.accessKeyId === claim.accessKeyId &&
    credentials?.securityToken !== undefined &&
    credentials.securityToken !== claim.token;
  if (!told && !differs) return undefined;
  return {
    code: 'TOKEN_OF_ANOTHER_KEY',
    certainty: 'certain',
    message: 'the security token belongs to another key than the one that signed',
    fix: 'replace key id, secret and token together when credentials are refreshed',
  };
}

/** The request is what was signed, but another secret signed it; or it was changed in a way that leaves no trace. */
export function wrongSecret({ matches, input, claim }: Facts): Cause | undefined {
  if (matches !== false || claim.scheme === 'none') return undefined;
  if (input.credentials?.accessKeyId !== claim.accessKeyId) {
    return {
      code: 'WRONG_SECRET',
      certainty: 'certain',
      message: 'the request is signed by another key id than that of the credentials given',
      fix: 'give the credentials that signed it',
    };
  }
  // Even when the server made the same string to sign: both made it of the request as it arrived.
  return {
    code: 'WRONG_SECRET',
    certainty: 'likely',
    message: 'another secret than the one given made the signature, or the request was changed after it was signed',
    fix: 'check that key id and secret belong together and hold no stray blank or line break; else compare bucket, key and parameters with those that were signed',
  };
}
