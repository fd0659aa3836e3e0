import { systemClock, type Credentials } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import type { EndpointOptions } from '@ossgrant/signer-core';
import { readFlatXml, toHeaderMap } from '@ossgrant/signer-core/steps';
import { claimInUrl, type Claim, claimInHeaders } from '../inspect/claim.ts';
import { objectOf, parseLink, trimLink, type ParsedLink } from '../inspect/read-link.ts';
import type { Cause } from './cause.ts';
import { isSignedBy, type ReadRequest } from './recompute.ts';

/** Facts about a signature in a server's refusal. */
export interface ServerError {
  readonly code?: string;
  readonly ec?: string;
  /** Echoed by the server; holds the token. */
  readonly stringToSign?: string;
  /** Echoed by the server; holds the token. */
  readonly canonicalRequest?: string;
  readonly requestTime?: string;
  readonly serverTime?: string;
}

/** Reads an error body, or the `x-oss-err` header that HEAD gets instead (base64 of the same). Never throws. */
export function readServerError(text: string): ServerError {
  const xml = text.trimStart().startsWith('<') ? text : decodeBase64(text);
  const elements = readFlatXml(xml);
  return defined({
    code: elements.get('Code'),
    ec: elements.get('EC'),
    stringToSign: elements.get('StringToSign'),
    canonicalRequest: elements.get('CanonicalRequest'),
    requestTime: elements.get('RequestTime'),
    serverTime: elements.get('ServerTime'),
  });
}

function decodeBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text.trim()), (char) => char.charCodeAt(0)));
  } catch {
    return '';
  }
}

/** The facts about a request that was refused. The more are given, the surer the causes. */
export interface ExplainInput {
  /** The link, or the URL of a request with signed headers, as it was sent. */
  readonly url: string;
  /** @default 'GET' */
  readonly method?: string;
  /** Headers that were sent. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Credentials that should have signed. */
  readonly credentials?: Credentials;
  /** The server's response: its body, or the value of `x-oss-err`. */
  readonly error?: string;
  /** The bucket: needed for custom domains, whose links do not name it. */
  readonly bucket?: string;
  /** The endpoint that the request was signed for, where it was sent to another. */
  readonly endpoint?: EndpointOptions;
  /** @default the system's clock */
  readonly now?: Date;
}

/** The facts that each cause is sought in. */
export interface Facts {
  readonly input: ExplainInput;
  readonly link: ParsedLink;
  readonly claim: Claim;
  readonly request: ReadRequest;
  readonly error: ServerError;
  readonly now: Date;
  /** Whether the secret makes the signature from the request as sent; `undefined` without a secret. */
  readonly matches: boolean | undefined;
  /**
   * Whether another reading of the request explains the refusal: `certain` when the secret makes the signature from it,
   * `likely` when there is no secret and the server says that the signature does not match.
   */
  readonly judge: (other: Partial<ReadRequest>, claim?: Claim) => Cause['certainty'] | undefined;
}

/** @throws TypeError when `url` is not an http or https URL */
export function gatherFacts(input: ExplainInput): Facts {
  const link = parseLink(trimLink(input.url));
  const headers = toHeaderMap(input.headers);
  const inUrl = claimInUrl(link);
  const claim = inUrl.scheme === 'none' ? claimInHeaders(headers) : inUrl;
  const { bucket, key } = objectOf(link, input.bucket);
  const request: ReadRequest = {
    method: (input.method ?? 'GET').toUpperCase(),
    bucket,
    key,
    query: signedQuery(link, claim),
    headers: headers.has('host') ? headers : new Map([['host', link.host], ...headers]),
  };
  const error = input.error === undefined ? {} : readServerError(input.error);
  const secret = input.credentials?.accessKeySecret;
  const matches = secret === undefined ? undefined : isSignedBy(secret, request, claim);
  return {
    input,
    link,
    claim,
    request,
    error,
    now: input.now ?? new Date(systemClock.now()),
    matches,
    judge: (other, otherClaim = claim) => {
      if (secret === undefined) return error.code === 'SignatureDoesNotMatch' ? 'likely' : undefined;
      if (matches === true) return undefined;
      return isSignedBy(secret, { ...request, ...other }, otherClaim) ? 'certain' : undefined;
    },
  };
}

// V1 does not sign its own parameters, except the token; the V4 step leaves out the signature by itself.
function signedQuery(link: ParsedLink, claim: Claim): ReadRequest['query'] {
  const unsigned = claim.scheme === 'oss-v1' ? ['OSSAccessKeyId', 'Expires', 'Signature'] : [];
  return link.parameters.filter(({ name }) => !unsigned.includes(name)).map(({ name, value }) => [name, value]);
}
