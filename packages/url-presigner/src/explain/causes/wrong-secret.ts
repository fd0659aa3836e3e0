import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';
import { recomputeTexts } from '../recompute.ts';

/** The request is what was signed, but another secret signed it. */
export function wrongSecret({ matches, input, claim, request, error }: Facts): Cause | undefined {
  if (matches !== false || claim.scheme === 'none') return undefined;
  const otherKey = input.credentials?.accessKeyId !== claim.accessKeyId;
  const texts = recomputeTexts(request, claim);
  const agreed = error.stringToSign !== undefined && error.stringToSign === texts?.stringToSign;
  return {
    code: 'WRONG_SECRET',
    certainty: agreed || otherKey ? 'certain' : 'likely',
    message: otherKey
      ? 'the request is signed by another key id than that of the credentials given'
      : `another secret than the one given made the signature${agreed ? ': the server and this computation agree on what was signed' : ''}`,
    fix: 'check that key id and secret belong together and hold no stray blank or line break',
  };
}
