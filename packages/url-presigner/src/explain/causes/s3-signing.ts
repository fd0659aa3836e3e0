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
