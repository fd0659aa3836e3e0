import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The link is past its end. */
export function expired({ claim, error, now }: Facts): Cause | undefined {
  const past = claim.end !== undefined && claim.end <= now;
  if (error.ec !== '0002-00000069' && !past) return undefined;
  return {
    code: 'EXPIRED',
    certainty: 'certain',
    message: `the link ended${claim.end === undefined ? '' : ` at ${claim.end.toISOString()}`}`,
    fix: 'ask for a new link',
  };
}
