import { decodeOnce } from '../../inspect/parse-link.ts';
import { isDoubleEncoded } from '../../inspect/link-warnings.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The link was percent-encoded again. */
export function doubleEncoded({ link, request, claim, judge }: Facts): Cause | undefined {
  if (!isDoubleEncoded(link)) return undefined;
  const credential = link.parameters.find(({ name }) => name === 'x-oss-credential');
  const key = request.key === undefined ? undefined : decodeOnce(request.key);
  const query = request.query.map(([name, value]) => [name, value === null ? null : decodeOnce(value)] as const);
  const signature = decodeOnce(claim.signature ?? '');
  const certainty = /%252f/i.test(credential?.rawValue ?? '')
    ? 'certain'
    : (judge({ key }) ?? judge({ key, query }, { ...claim, signature }));
  if (certainty === undefined) return undefined;
  return {
    code: 'DOUBLE_ENCODED',
    certainty,
    message: 'the link was percent-encoded a second time: "%25" stands where "%" should',
    fix: 'use the link as it is; give the signer the plain key, not an encoded one',
  };
}
