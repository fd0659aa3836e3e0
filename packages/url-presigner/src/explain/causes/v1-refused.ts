import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

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
