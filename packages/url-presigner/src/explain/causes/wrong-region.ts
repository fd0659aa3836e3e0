import { readHost } from '../../inspect/read-host.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The request is signed for another region than the one it reaches. */
export function wrongRegion({ claim, error, link }: Facts): Cause | undefined {
  const region = claim.scheme === 'oss-v4' ? claim.scope?.region : undefined;
  if (region === undefined || region.startsWith('oss-')) return undefined;
  const reached = readHost(link.hostname).region;
  if (error.ec !== '0002-00000226' && (reached === undefined || reached === region)) return undefined;
  return {
    code: 'WRONG_REGION',
    certainty: 'certain',
    message: `the request is signed for region ${JSON.stringify(region)}${reached === undefined ? ', which is not the one it reached' : ` and sent to "${reached}"`}`,
    fix: "sign with the bucket's own region, whatever endpoint is used",
  };
}
