import { locateObject } from '../../inspect/locate-object.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';
import { decodeOnce } from '../../inspect/parse-link.ts';

/** A form encoder wrote spaces as `+`, or left a `+` that a server reads as a space. */
export function plusForSpace({ input, link, request, claim, judge }: Facts): Cause | undefined {
  const inQuery = link.parameters.some(({ rawValue }) => rawValue.includes('+'));
  if (!link.rawPath.includes('+') && !inQuery) return undefined;
  const path = decodeOnce(link.rawPath.replaceAll('+', '%20')).replace(/^\//, '');
  const key = locateObject({ ...link, path }, input.bucket).key;
  const raw = new Map(link.parameters.map(({ name, rawValue }) => [name, decodeOnce(rawValue)]));
  const query = request.query.map(([name, value]) => [name, value === null ? null : (raw.get(name) ?? value)] as const);
  const signature = claim.signature?.replaceAll(' ', '+') ?? '';
  const kept = { ...claim, signature };
  const certainty = judge({ key }) ?? judge({ query }, kept) ?? judge({ key, query }, kept);
  if (certainty === undefined) return undefined;
  return {
    code: 'PLUS_FOR_SPACE',
    certainty,
    message:
      'a "+" stands in the link: a path keeps it, a query reads it as a space, and the signature was made for the other',
    fix: 'write a space as "%20" and a plus as "%2B", or use the link as it was signed',
  };
}
