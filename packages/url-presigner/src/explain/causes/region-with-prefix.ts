import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The scope names an endpoint in place of a region. */
export function regionWithPrefix({ claim }: Facts): Cause | undefined {
  const region = claim.scheme === 'oss-v4' ? claim.scope?.region : undefined;
  if (region?.startsWith('oss-') !== true) return undefined;
  return {
    code: 'REGION_WITH_PREFIX',
    certainty: 'certain',
    message: `the request is signed for region ${JSON.stringify(region)}: V4 wants it without "oss-"`,
    fix: `sign with region ${JSON.stringify(region.slice('oss-'.length))}`,
  };
}
