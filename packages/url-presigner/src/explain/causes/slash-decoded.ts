import { hasOpenDotSegment } from '../../inspect/link-warnings.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** A `%2F` that protected a dot segment was decoded. */
export function slashDecoded({ link }: Facts): Cause | undefined {
  if (!hasOpenDotSegment(link)) return undefined;
  return {
    code: 'SLASH_DECODED',
    certainty: 'certain',
    message:
      'the path has a "." or ".." segment between plain slashes: HTTP clients remove it and ask for another object',
    fix: 'keep the link as it was signed, with "%2F" around the segment',
  };
}
