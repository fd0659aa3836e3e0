import type { Credentials } from '@ossgrant/credentials-core';
import {
  nestedOptions,
  optional,
  optionsCheck,
  type OptionsCheck,
  systemClock,
  takes,
} from '@ossgrant/credentials-core/internal';
import { MAX_ERROR_BODY_BYTES, type EndpointOptions } from '@ossgrant/signer-core';
import { isSignedByDefaultV4, toHeaderMap } from '@ossgrant/signer-core/steps';
import { claimInHeaders, claimInUrl, type Claim } from '../inspect/claim.ts';
import { objectOf, parseLink, trimLink, type ParsedLink } from '../inspect/read-link.ts';
import { ENDPOINT } from '../presign-options.ts';
import type { Certainty } from './cause.ts';
import { requestInEcho } from './echo.ts';
import { isSignedBy, type ReadRequest } from './recompute.ts';
import { readServerError, stageOf, type ServerError, type Stage } from './server-error.ts';

/** The facts about a request that was refused. The more are given, the surer the causes. */
export interface ExplainInput {
  /**
   * The link, or the URL of a request with signed headers, as it was sent.
   *
   * @default the request that `error` echoes
   */
  readonly url?: string;
  /** @default 'GET' */
  readonly method?: string;
  /** Headers that were sent. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Credentials that should have signed. */
  readonly credentials?: Credentials;
  /** The server's response: its body, the value of `x-oss-err`, or what a browser or an SDK made of it. */
  readonly error?: string;
  /** The bucket: needed for custom domains, whose links do not name it. */
  readonly bucket?: string;
  /** The endpoint that the request was signed for, where it was sent to another. */
  readonly endpoint?: EndpointOptions;
  /** @default the system's clock */
  readonly now?: Date;
}

const secret = takes.special(
  'credentials with accessKeyId and accessKeySecret',
  (value) =>
    takes.object.accepts(value) &&
    takes.filledText.accepts((value as Credentials).accessKeyId) &&
    takes.filledText.accepts((value as Credentials).accessKeySecret),
);

/** Checks the options of `explain`. @throws TypeError */
export const checkExplain: OptionsCheck = optionsCheck<ExplainInput>('explain', {
  url: optional(takes.text),
  method: optional(takes.text),
  headers: optional(takes.textMap),
  credentials: optional(secret),
  error: optional(takes.text),
  bucket: optional(takes.text),
  endpoint: optional(nestedOptions(ENDPOINT)),
  now: optional(takes.date),
});

/** The facts that each cause is sought in. */
export interface Facts {
  readonly input: ExplainInput;
  readonly link: ParsedLink;
  readonly claim: Claim;
  /** The request as it was given. */
  readonly sent: ReadRequest;
  /** The request as the server read it, as far as the server says so; otherwise as it was given. */
  readonly request: ReadRequest;
  readonly error: ServerError;
  /** How far the server came; absent without an error that can be read. */
  readonly stage?: Stage | undefined;
  readonly now: Date;
  /** Whether the secret makes the signature from the request; `undefined` without a secret. */
  readonly matches: boolean | undefined;
  /**
   * How surely another reading of the request explains the refusal: `proved` when the secret makes the signature from it. Without
   * a secret, `likely` when the server says that the signature does not match, and `possible` when nothing is known of the server.
   */
  readonly judge: (other: Partial<ReadRequest>, claim?: Claim) => Certainty | undefined;
}

const MAX_HEADERS_LENGTH = 65_536;

/**
 * Reads what was given.
 *
 * @throws TypeError when there is neither a URL nor an error that echoes a request, or the URL is not an http or https URL
 * @throws RangeError when the URL or the headers are longer than any server takes
 */
export function gatherFacts(input: ExplainInput): Facts {
  const error = input.error === undefined ? {} : readServerError(input.error.slice(0, MAX_ERROR_BODY_BYTES));
  const echoed = requestInEcho(error);
  if (input.url === undefined && echoed === undefined) {
    throw new TypeError('explain: url is missing, and error does not echo the request: give one of them');
  }
  const link = parseLink(trimLink(input.url ?? echoed?.url ?? ''));
  const headers = withHost(readHeaders(input.url === undefined ? echoed?.headers : input.headers), link);
  const inUrl = claimInUrl(link);
  const claim = inUrl.scheme === 'none' ? claimInHeaders(headers) : inUrl;
  const method = (input.url === undefined ? echoed?.method : input.method) ?? 'GET';
  const sent: ReadRequest = {
    method: method.toUpperCase().slice(0, 64),
    ...objectIn(link, input.bucket),
    query: signedQuery(link, claim),
    headers,
  };
  const request = echoed === undefined ? sent : asTheServerReadIt(sent, echoed);
  const key = input.credentials?.accessKeySecret;
  const matches = key === undefined ? undefined : isSignedBy(key, request, claim);
  const stage = stageOf(error);
  const withoutSecret = stage === undefined ? 'possible' : 'likely';
  return {
    input,
    link,
    claim,
    sent,
    request,
    error,
    stage,
    now: input.now ?? new Date(systemClock.now()),
    matches,
    judge: (other, otherClaim = claim) => {
      if (key === undefined) return stage === undefined || stage === 'signature' ? withoutSecret : undefined;
      if (matches === true) return undefined;
      return isSignedBy(key, { ...request, ...other }, otherClaim) ? 'proved' : undefined;
    },
  };
}

function readHeaders(headers: ExplainInput['headers']): ReadonlyMap<string, string> {
  const map = toHeaderMap(headers);
  let length = 0;
  for (const [name, value] of map) length += name.length + value.length;
  if (length > MAX_HEADERS_LENGTH) throw new RangeError('explain: headers are longer than any server takes');
  return map;
}

function withHost(headers: ReadonlyMap<string, string>, link: ParsedLink): ReadonlyMap<string, string> {
  return headers.has('host') ? headers : new Map([['host', link.host], ...headers]);
}

function objectIn(link: ParsedLink, bucket: string | undefined): Pick<ReadRequest, 'bucket' | 'key'> {
  const object = objectOf(link, bucket);
  return { bucket: object.bucket, key: object.key };
}

// V1 does not sign its own parameters, except the token; the V4 step leaves out the signature by itself.
function signedQuery(link: ParsedLink, claim: Claim): ReadRequest['query'] {
  const unsigned = claim.scheme === 'oss-v1' ? ['OSSAccessKeyId', 'Expires', 'Signature'] : [];
  return link.parameters.filter(({ name }) => !unsigned.includes(name)).map(({ name, value }) => [name, value]);
}

// A proxy or a client may have changed the method and the headers that are signed: the echo has what arrived.
function asTheServerReadIt(
  sent: ReadRequest,
  echoed: { readonly method: string; readonly headers: Readonly<Record<string, string>> },
): ReadRequest {
  const unsigned = [...sent.headers].filter(([name]) => !isSignedByDefaultV4(name));
  return { ...sent, method: echoed.method, headers: new Map([...unsigned, ...toHeaderMap(echoed.headers)]) };
}
