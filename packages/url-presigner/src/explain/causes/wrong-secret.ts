import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

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
