import { isTokenMissing } from '../../inspect/link-warnings.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The request is signed by S3's rules. */
export function s3Signing({ claim }: Facts): Cause | undefined {
  if (claim.scheme !== 's3-v4' && claim.scheme !== 's3-v2') return undefined;
  return {
    code: 'S3_SIGNING',
    certainty: 'certain',
    message: 'the request is signed by the rules of S3, which OSS accepts only at its S3-compatible endpoints',
    fix: 'sign with an OSS signer, or send it to the S3-compatible endpoint of the region',
  };
}

/** The bucket refuses V1 signatures. */
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
    message: 'the key id is temporary, but the request has no security token',
    fix: 'sign with the key id, secret and security token of one STS response',
  };
}

/** Key and token are of two sessions. */
export function tokenOfAnotherKey({ claim, error, input }: Facts): Cause | undefined {
  const { credentials } = input;
  const named = error.code === 'AccessKeyIdAndSecurityTokenNotMatch';
  const differs =
    Boolean(claim.token) &&
    credentials?.accessKeyId === claim.accessKeyId &&
    credentials?.securityToken !== undefined &&
    credentials.securityToken !== claim.token;
  if (!named && !differs) return undefined;
  return {
    code: 'TOKEN_OF_ANOTHER_KEY',
    certainty: 'certain',
    message: 'the security token does not belong to the key that signed',
    fix: 'when refreshing credentials, replace key id, secret and token together',
  };
}

/** Another secret signed the request, or it was changed in a way that leaves no trace. */
export function wrongSecret({ matches, input, claim }: Facts): Cause | undefined {
  if (matches !== false || claim.scheme === 'none') return undefined;
  if (input.credentials?.accessKeyId !== claim.accessKeyId) {
    return {
      code: 'WRONG_SECRET',
      certainty: 'certain',
      message: 'the request was signed with another key id than that of the given credentials',
      fix: 'pass the credentials that signed it',
    };
  }
  // Even when the server's string to sign is the same: both were made from the request as it arrived.
  return {
    code: 'WRONG_SECRET',
    certainty: 'likely',
    message: 'the signature was made with another secret, or the request was changed after it was signed',
    fix: 'check that key id and secret belong together and contain no stray space or line break; otherwise compare bucket, key and parameters with those that were signed',
  };
}
