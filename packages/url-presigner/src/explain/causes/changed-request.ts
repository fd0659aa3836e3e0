import { isSubResourceV1 } from '@ossgrant/signer-core/steps';
import { LINK_SIGNATURE_PARAMETERS } from '../../inspect/claim.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];

/** The link was signed for another method. */
export function methodDiffers({ request, sent, input, judge }: Facts): Cause | undefined {
  const hasArrived = request.method !== sent.method;
  // Without the secret only the common mistake, and what arrived otherwise than it was sent, is worth a guess.
  const usual = request.method === 'HEAD' ? ['GET'] : [];
  const guesses = hasArrived ? [sent.method] : usual;
  for (const method of input.credentials === undefined ? guesses : METHODS) {
    const certainty = method === request.method ? undefined : judge({ method });
    if (certainty === undefined) continue;
    const how = hasArrived ? `was sent as ${sent.method} and arrived` : 'was sent';
    return {
      code: 'METHOD_DIFFERS',
      certainty,
      message: `the link was signed for ${method}, but the request ${how} as ${request.method}`,
      fix: `send ${method}, or sign a link for ${request.method}; to look at a GET link, ask for "Range: bytes=0-0"`,
    };
  }
  return undefined;
}

/** A copy of a map without some of its names. */
function without(map: ReadonlyMap<string, string>, names: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...map].filter(([name]) => !names.includes(name)));
}

/** The client, or a proxy, sent a Content-Type of its own. */
export function contentTypeNotSigned({ request, judge }: Facts): Cause | undefined {
  const type = request.headers.get('content-type');
  if (type === undefined) return undefined;
  const certainty = judge({ headers: without(request.headers, ['content-type']) });
  if (certainty === undefined) return undefined;
  return {
    code: 'CONTENT_TYPE_NOT_SIGNED',
    certainty,
    message: `the request was sent with Content-Type ${JSON.stringify(type.slice(0, 100))}, which was not signed`,
    fix: 'do not send a Content-Type, or sign the link with the one that the client sends',
  };
}

const COMMON_TYPES =
  `application/octet-stream text/plain application/json image/jpeg image/png application/pdf video/mp4
  application/zip text/html application/x-www-form-urlencoded multipart/form-data`.split(/\s+/);

/** The link was signed with a Content-Type that was not sent. Only the secret can tell. */
export function contentTypeMissing({ request, input, judge }: Facts): Cause | undefined {
  if (input.credentials === undefined) return undefined;
  const sent = request.headers.get('content-type');
  const signed = COMMON_TYPES.find(
    (type) => type !== sent && judge({ headers: new Map([...request.headers, ['content-type', type]]) }) !== undefined,
  );
  if (signed === undefined) return undefined;
  return {
    code: 'CONTENT_TYPE_MISSING',
    certainty: 'proved',
    message: `the link was signed with Content-Type "${signed}", which the request does not have`,
    fix: 'send the headers in signedHeaders with the link, exactly',
  };
}

/** The client added a header that OSS signs. */
export function headerNotSigned({ request, judge }: Facts): Cause | undefined {
  const sent = [...request.headers.keys()].filter(
    (name) => (name.startsWith('x-oss-') && !OF_THE_SIGNER.has(name)) || name === 'content-md5',
  );
  const candidates = [...sent.slice(0, MAX_TRIES).map((name) => [name]), ...(sent.length > 1 ? [sent] : [])];
  for (const names of candidates) {
    const certainty = judge({ headers: without(request.headers, names) });
    if (certainty === undefined) continue;
    return {
      code: 'HEADER_NOT_SIGNED',
      certainty,
      message: `the request was sent with ${names.slice(0, 5).join(', ')}, which was not signed`,
      fix: 'send only the headers that the link was signed with, or sign these as well',
    };
  }
  return undefined;
}

const OF_THE_SIGNER = new Set(['x-oss-date', 'x-oss-content-sha256', 'x-oss-security-token']);

// Each is a signature: a link of a thousand parameters must not cost a million steps.
const MAX_TRIES = 30;

/** Parameters were added to the link. */
export function parameterAppended(facts: Facts): Cause | undefined {
  const { request, input, judge } = facts;
  for (const added of input.credentials === undefined ? [strangers(facts), repeated(facts)] : additions(facts)) {
    const kept = request.query.filter(([name], index) => !added.includes(name) && !added.includes(`${name}#${index}`));
    const certainty = added.length === 0 ? undefined : judge({ query: kept });
    if (certainty === undefined) continue;
    const names = [...new Set(added.map((name) => name.replace(/#\d+$/, '')))];
    return {
      code: 'PARAMETER_APPENDED',
      certainty,
      message: `the link was signed without ${names
        .slice(0, 5)
        .map((name) => JSON.stringify(name.slice(0, 60)))
        .join(', ')}`,
      fix: 'set parameters when signing the link: a signed link cannot take more of them',
    };
  }
  return undefined;
}

// Names that OSS does not know, and no signer needs. Where they are among the others says nothing: each SDK has its own
// order. V1 does not sign them.
function strangers({ link, claim }: Facts): readonly string[] {
  if (claim.scheme !== 'oss-v4') return [];
  const names = link.parameters.map(({ name }) => name);
  return names.filter((name) => !LINK_SIGNATURE_PARAMETERS.has(name) && !isSubResourceV1(name) && !LISTING.has(name));
}

const LISTING = new Set(
  'prefix delimiter marker max-keys encoding-type list-type start-after fetch-owner key-marker upload-id-marker'.split(
    ' ',
  ),
);

/** Sets of parameters that may have been added: the second ones of a name, each one, all. */
function additions(facts: Facts): readonly (readonly string[])[] {
  const foreign = facts.link.parameters.map(({ name }) => name).filter((name) => !LINK_SIGNATURE_PARAMETERS.has(name));
  return [repeated(facts), ...foreign.slice(0, MAX_TRIES).map((name) => [name]), foreign];
}

// With its place, as the first one stays: servers read that.
function repeated({ request }: Facts): readonly string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  for (const [index, [name]] of request.query.entries()) {
    if (seen.has(name)) found.push(`${name}#${index}`);
    seen.add(name);
  }
  return found;
}
