import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';
import { without } from '../without.ts';

/** The client sent a Content-Type of its own. */
export function contentTypeNotSigned({ request, judge }: Facts): Cause | undefined {
  const type = request.headers.get('content-type');
  if (type === undefined) return undefined;
  const certainty = judge({ headers: without(request.headers, ['content-type']) });
  if (certainty === undefined) return undefined;
  return {
    code: 'CONTENT_TYPE_NOT_SIGNED',
    certainty,
    message: `the request was sent with Content-Type ${JSON.stringify(type)}, which was not signed`,
    fix: 'send no Content-Type, or sign the link with the one that is sent',
  };
}
