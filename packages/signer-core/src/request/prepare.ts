import type { Credentials } from '@ossgrant/credentials-core';
import {
  isLoopback,
  optional,
  optionsCheck,
  type OptionTable,
  takes,
  validateCredentials,
} from '@ossgrant/credentials-core/internal';
import { addressOf, type Endpoint, pathsOf } from '../endpoint.ts';
import { SigningError } from '../errors/signing-error.ts';
import { parseUrl } from '../hosts.ts';
import {
  assertHeaders,
  assertKey,
  assertSignable,
  type HeaderMap,
  SIGNATURE_PARAMETERS,
  toHeaderMap,
} from '../text/wire-text.ts';
import type { OssRequest, SignOptions, UrlSignOptions } from './request.ts';
import { openCache, type OpenCache } from './signing-cache.ts';

/** Checks what a signer was given, before it does anything. @throws TypeError that names the argument and what it takes */
export type ArgumentsCheck = (request: OssRequest, options: SignOptions) => void;

const textOrNull = takes.special('a string or null', (value) => value === null || typeof value === 'string');

const QUERY = takes.mapOf(textOrNull);

const REQUEST: OptionTable<OssRequest> = {
  method: takes.text,
  endpoint: takes.special('an endpoint as resolveEndpoint returns it', isEndpoint),
  bucket: optional(takes.text),
  key: optional(takes.text),
  query: optional(QUERY),
  headers: optional(takes.textMap),
  additionalHeaders: optional(takes.texts),
};

// The signers themselves refuse an invalid date and a life out of range, with a RangeError.
const URL_OPTIONS: OptionTable<UrlSignOptions> = {
  date: takes.special('a Date', (value) => value instanceof Date),
  cache: optional(takes.special('a cache that createSigningCache made', isCache)),
  onTrace: optional(takes.function),
  expiresInSeconds: takes.special('a number', (value) => typeof value === 'number'),
};
// Options of a URL signer are options of a header signer too, by their types: there the life is not used.
const HEADER_OPTIONS: OptionTable<SignOptions & Partial<UrlSignOptions>> = {
  ...URL_OPTIONS,
  expiresInSeconds: optional(URL_OPTIONS.expiresInSeconds),
};

// `expires` is what most SDKs call it.
const HINTS = { expires: 'expiresInSeconds', object: 'key', objectKey: 'key', params: 'query' };

/** Prepares the check of a signer's arguments. */
export function argumentsCheck(signer: string, { inUrl }: { readonly inUrl: boolean }): ArgumentsCheck {
  const checkRequest = optionsCheck(signer, REQUEST, HINTS);
  const checkOptions = inUrl ? optionsCheck(signer, URL_OPTIONS, HINTS) : optionsCheck(signer, HEADER_OPTIONS, HINTS);
  return (request, options) => {
    if (!isPlainRequest(request)) checkRequest(request);
    if (!inUrl || !isPlainUrlOptions(options)) checkOptions(options);
    // A variable without a value must not lead to a signature for a whole bucket, or for all buckets.
    if (request.key === undefined && 'key' in request) throw undefinedIn(signer, 'key', 'the whole bucket');
    if (request.bucket === undefined && 'bucket' in request) throw undefinedIn(signer, 'bucket', 'the whole service');
  };
}

// The same as the check by the table for the request that nearly every caller has, at a third of its cost: it reads each field by its
// name, and counts the names to see that there is no other. Whatever is unusual goes to the table, which has the words for it.
function isPlainRequest(request: unknown): boolean {
  if (typeof request !== 'object' || request === null) return false;
  const { method, endpoint, bucket, key, query, headers, additionalHeaders } = request as Partial<OssRequest>;
  if (headers !== undefined || additionalHeaders !== undefined) return false;
  const known = 2 + (bucket === undefined ? 0 : 1) + (key === undefined ? 0 : 1) + (query === undefined ? 0 : 1);
  return (
    countNames(request) === known &&
    typeof method === 'string' &&
    isEndpoint(endpoint) &&
    (bucket === undefined || typeof bucket === 'string') &&
    (key === undefined || typeof key === 'string') &&
    (query === undefined || QUERY.accepts(query))
  );
}

// Likewise for the options.
function isPlainUrlOptions(options: unknown): boolean {
  if (typeof options !== 'object' || options === null) return false;
  const { date, cache, expiresInSeconds, onTrace } = options as Partial<UrlSignOptions>;
  return (
    onTrace === undefined &&
    countNames(options) === (cache === undefined ? 2 : 3) &&
    date instanceof Date &&
    typeof expiresInSeconds === 'number' &&
    (cache === undefined || isCache(cache))
  );
}

// Without an array of the names. Inherited names count too: then the table decides.
function countNames(object: object): number {
  let count = 0;
  for (const _ in object) count += 1;
  return count;
}

function undefinedIn(signer: string, name: string, scope: string): TypeError {
  return new TypeError(`${signer}: ${name} is undefined: give it a value, or leave it out to sign for ${scope}`);
}

function isEndpoint(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { origin, addressing, product } = value as Partial<Endpoint>;
  return typeof origin === 'string' && typeof addressing === 'string' && typeof product === 'string';
}

function isCache(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Partial<OpenCache>).urlMoment === 'function';
}

/** Query parameters, decoded. */
export type QueryMap = ReadonlyMap<string, string | null>;

/** A checked request. */
export interface PreparedParts {
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  /** Bucket and key as V4 signs them, whatever the addressing. */
  readonly canonicalUri: string;
  /** The request's own. */
  readonly headers: HeaderMap;
  readonly query: QueryMap;
}

const NO_HEADERS: HeaderMap = new Map();
const NO_QUERY: QueryMap = new Map();

const METHOD = /^[A-Z]+$/;
const USUAL_METHODS = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE']);
const RESERVED_HEADERS = ['authorization', 'x-oss-security-token'];

/**
 * Checks a request and its credentials: the same checks for both versions, in headers and in URLs.
 *
 * @throws SigningError for what cannot be signed safely
 * @throws CredentialError `INVALID_CONFIG` for malformed credentials
 */
export function prepare(request: OssRequest, credentials: Credentials, options: SignOptions): PreparedParts {
  const cache = openCache(options.cache);
  if (cache === undefined) validateCredentials(credentials);
  else cache.validate(credentials);
  const method = USUAL_METHODS.has(request.method) ? request.method : upperCaseMethod(request.method);
  const { endpoint, bucket, key } = request;
  const address = cache === undefined ? addressOf(endpoint, bucket) : cache.bucketAddress(endpoint, bucket);
  if (key !== undefined) {
    if (bucket === undefined) throw new SigningError('INVALID_BUCKET', 'a request with a key needs a bucket');
    assertKey(key);
  }
  const { origin } = address;
  const { path, canonicalUri } = pathsOf(address, key ?? '');
  if (credentials.securityToken !== undefined) assertPrivateTransport(origin);
  return { method, origin, path, canonicalUri, headers: checkedHeaders(request), query: checkedQuery(request) };
}

function upperCaseMethod(given: string): string {
  const method = given.toUpperCase();
  if (!METHOD.test(method)) throw new SigningError('INVALID_TEXT', 'method must consist of letters only');
  return method;
}

function checkedHeaders(request: OssRequest): HeaderMap {
  if (request.headers === undefined || Object.keys(request.headers).length === 0) return NO_HEADERS;
  const headers = toHeaderMap(request.headers);
  assertHeaders(headers);
  for (const name of RESERVED_HEADERS) {
    if (headers.has(name)) throw reserved(`header "${name}"`);
  }
  return headers;
}

function checkedQuery(request: OssRequest): QueryMap {
  const entries = request.query === undefined ? [] : Object.entries(request.query);
  if (entries.length === 0) return NO_QUERY;
  for (const [name, value] of entries) {
    assertSignable(name, 'the name of a query parameter');
    assertSignable(value ?? '', `query parameter "${name}"`);
    if (SIGNATURE_PARAMETERS.has(name)) throw reserved(`query parameter "${name}"`);
  }
  return new Map(entries);
}

function assertPrivateTransport(origin: string): void {
  if (origin.startsWith('https://')) return;
  const url = parseUrl(origin);
  if (url?.protocol === 'https:' || isLoopback(url?.hostname ?? '')) return;
  throw new SigningError(
    'INSECURE_TRANSPORT',
    'temporary credentials are not signed for plain http, where others could read the token: use https',
  );
}

function reserved(what: string): SigningError {
  return new SigningError('RESERVED_NAME', `the signer itself sets ${what}: sign the original, unsigned request`);
}

/** The headers of a signed request, as they must be sent. */
export function headersOf(headers: HeaderMap): Record<string, string> {
  return headers.size === 0 ? {} : Object.fromEntries(headers);
}

/**
 * Sets a header that belongs to the signer. The same value from the caller is harmless; another one would be signed and sent as a
 * contradiction.
 *
 * @throws SigningError `RESERVED_NAME`
 */
export function setOwn(headers: Map<string, string>, name: string, value: string): void {
  if (headers.has(name) && headers.get(name) !== value) {
    throw new SigningError('RESERVED_NAME', `the signer itself sets header "${name}", to "${value}": leave it out`);
  }
  headers.set(name, value);
}
