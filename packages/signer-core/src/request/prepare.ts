import { type Credentials, validateCredentials } from '@ossgrant/credentials-core';
import { isLoopback } from '@ossgrant/credentials-core/internal';
import { addressOf, pathsOf } from '../bucket-address.ts';
import { SigningError } from '../errors/signing-error.ts';
import {
  assertHeaders,
  assertKey,
  assertSignable,
  type HeaderMap,
  SIGNATURE_PARAMETERS,
  toHeaderMap,
} from '../text/signable.ts';
import { parseUrl } from '../runtime.ts';
import type { OssRequest, SignOptions } from './request.ts';
import { openCache } from './signing-cache.ts';

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
