import { LINK_SIGNATURE_PARAMETERS } from '../../inspect/claim.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];

/** The link was signed for another method. */
export function methodDiffers({ request, input, judge }: Facts): Cause | undefined {
  // Without the secret only the common mistake is worth a guess.
  const candidates = input.credentials === undefined && request.method === 'HEAD' ? ['GET'] : METHODS;
  if (input.credentials === undefined && request.method !== 'HEAD') return undefined;
  for (const method of candidates) {
    const certainty = method === request.method ? undefined : judge({ method });
    if (certainty === undefined) continue;
    return {
      code: 'METHOD_DIFFERS',
      certainty,
      message: `the link was signed for ${method}, but the request was sent as ${request.method}`,
      fix: `send ${method}, or sign a link for ${request.method}; to look at a GET link, ask for "Range: bytes=0-0"`,
    };
  }
  return undefined;
}

/** A copy of a map without some of its names. */
export function without(map: ReadonlyMap<string, string>, names: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...map].filter(([name]) => !names.includes(name)));
}

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
    fix: 'do not send a Content-Type, or sign the link with the one that the client sends',
  };
}

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
      fix: 'send only the headers that the link was signed with, or sign these as well',
    };
  }
  return undefined;
}

/** Parameters were added to the link. */
export function parameterAppended({ request, link, input, judge }: Facts): Cause | undefined {
  const names = link.parameters.map(({ name }) => name);
  const last = names.findIndex((name) => name === 'x-oss-signature' || name === 'Signature');
  const appended = last === -1 ? [] : names.slice(last + 1);
  const foreign = names.filter((name) => !LINK_SIGNATURE_PARAMETERS.has(name));
  // Without the secret only the parameters after the signature are worth a guess.
  const candidates =
    input.credentials === undefined ? [appended] : [appended, ...foreign.map((name) => [name]), foreign];
  for (const added of candidates) {
    const certainty =
      added.length === 0 ? undefined : judge({ query: request.query.filter(([name]) => !added.includes(name)) });
    if (certainty === undefined) continue;
    return {
      code: 'PARAMETER_APPENDED',
      certainty,
      message: `the link was signed without ${added.map((name) => JSON.stringify(name)).join(', ')}`,
      fix: 'set parameters when signing the link: a signed link cannot take more of them',
    };
  }
  return undefined;
}
