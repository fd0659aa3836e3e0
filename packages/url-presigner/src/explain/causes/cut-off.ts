import { isCutOff, isDoubleEncoded, isHtmlEscaped } from '../../inspect/link-warnings.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The link lost its end. */
export function cutOff({ claim, link }: Facts): Cause | undefined {
  // A signature that was encoded twice is longer, and one behind "&amp;" is not found.
  if (!isCutOff(claim) || isDoubleEncoded(link) || isHtmlEscaped(link)) return undefined;
  return {
    code: 'CUT_OFF',
    certainty: 'certain',
    message: 'the signature is missing or shorter than it must be: the link was cut off',
    fix: 'copy the whole link; quote it in a shell, where "&" ends a command',
  };
}
