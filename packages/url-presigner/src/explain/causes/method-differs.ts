import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];

/** The link is for another method. */
export function methodDiffers({ request, input, judge }: Facts): Cause | undefined {
  // Without the secret only the usual mistake is worth a guess.
  const candidates = input.credentials === undefined && request.method === 'HEAD' ? ['GET'] : METHODS;
  if (input.credentials === undefined && request.method !== 'HEAD') return undefined;
  for (const method of candidates) {
    const certainty = method === request.method ? undefined : judge({ method });
    if (certainty === undefined) continue;
    return {
      code: 'METHOD_DIFFERS',
      certainty,
      message: `the signature is for ${method}, and the request was sent as ${request.method}`,
      fix: `send ${method}, or sign a link for ${request.method}; to look at a GET link, ask for "Range: bytes=0-0"`,
    };
  }
  return undefined;
}
