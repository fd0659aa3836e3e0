import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';
import { without } from '../without.ts';

/** The client added an `x-oss-*` header. */
export function headerNotSigned({ request, judge }: Facts): Cause | undefined {
  const sent = [...request.headers.keys()].filter((name) => name.startsWith('x-oss-') || name === 'content-md5');
  const candidates = [...sent.map((name) => [name]), ...(sent.length > 1 ? [sent] : [])];
  for (const names of candidates) {
    const certainty = judge({ headers: without(request.headers, names) });
    if (certainty === undefined) continue;
    return {
      code: 'HEADER_NOT_SIGNED',
      certainty,
      message: `the request was sent with ${names.join(', ')}, which was not signed`,
      fix: 'send only the headers that the link was signed with, or sign these too',
    };
  }
  return undefined;
}
