import { isNotYetValid } from '../../inspect/link-warnings.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The link is dated in the future. */
export function notYetValid({ claim, error, now }: Facts): Cause | undefined {
  if (error.ec !== '0002-00000235' && (claim.place === 'header' || !isNotYetValid(claim, now))) return undefined;
  return {
    code: 'NOT_YET_VALID',
    certainty: 'certain',
    message: `the link is dated ${claim.start?.toISOString() ?? 'in the future'}, more than 15 minutes ahead`,
    fix: 'sign with the present date; check the clock of the machine that signs',
  };
}
