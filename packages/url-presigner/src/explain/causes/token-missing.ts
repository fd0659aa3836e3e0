import { isTokenMissing } from '../../inspect/link-warnings.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

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
