import type { Credentials } from '@ossgrant/credentials-core';
import { SigningError } from '../errors/signing-error.ts';
import type { SigningKey } from '../hash/hash.ts';
import { argumentsCheck, headersOf, prepare, setOwn } from '../request/prepare.ts';
import {
  type OssRequest,
  type SignOptions,
  createTrace,
  type SignedRequest,
  type UrlSignOptions,
} from '../request/request.ts';
import { createUrlMoment, openCache, type UrlMoment } from '../request/signing-cache.ts';
import {
  authorizationV4,
  additionalHeaderNamesV4,
  canonicalQueryV4,
  UNSIGNED_PAYLOAD,
  scopeTextV4,
  signingKeyV4,
  type SigningPartsV4,
  signingTextsV4,
  stringToSignHeadV4,
  encodeQueryV4,
} from '../steps/v4.ts';
import { parseUrl } from '../hosts.ts';
import { assertLinkableKey, encodeRfc3986, formatIsoBasic, type HeaderMap } from '../text/wire-text.ts';

/** Longest life of a V4 link: seven days (EC 0002-00000232). */
export const MAX_EXPIRES_SECONDS_V4 = 604_800;

const checkHeaderArguments = argumentsCheck('signHeadersV4', { inUrl: false });
const checkUrlArguments = argumentsCheck('signUrlV4', { inUrl: true });

/**
 * Signs a request with V4 in the `Authorization` header.
 *
 * Adds `x-oss-date`, `x-oss-content-sha256`, `x-oss-security-token` where there is a token, and `authorization`. Pure:
 * arguments are not changed. Rules: https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4
 *
 * @throws TypeError when an argument is missing, mistyped or unknown
 * @throws SigningError for what cannot be signed safely, and when the region is unknown
 * @throws CredentialError `INVALID_CONFIG` for malformed credentials
 */
export function signHeadersV4(request: OssRequest, credentials: Credentials, options: SignOptions): SignedRequest {
  checkHeaderArguments(request, options);
  const { method, origin, path, canonicalUri, headers: given, query } = prepare(request, credentials, options);
  const timestamp = formatIsoBasic(options.date);
  const scopeParts = {
    day: timestamp.slice(0, 8),
    region: regionOf(request),
    product: request.endpoint.product,
  };
  const scope = scopeTextV4(scopeParts);
  const headers = new Map(given);
  setOwn(headers, 'x-oss-date', timestamp);
  setOwn(headers, 'x-oss-content-sha256', UNSIGNED_PAYLOAD);
  if (credentials.securityToken !== undefined) headers.set('x-oss-security-token', credentials.securityToken);

  const signed = withHost(headers, origin);
  const additionalHeaders = additionalHeaderNamesV4(request.additionalHeaders ?? [], signed);
  const canonicalQuery = canonicalQueryV4(query);
  const cache = openCache(options.cache);
  const key = cache?.signingKey(credentials, scopeParts) ?? signingKeyV4(credentials.accessKeySecret, scopeParts);
  const head = stringToSignHeadV4({ timestamp, scope });
  const parts = { method, uri: canonicalUri, query: canonicalQuery, headers: signed, additionalHeaders };
  const signature = signParts(parts, { head, key }, credentials, options);
  const { accessKeyId } = credentials;
  headers.set('authorization', authorizationV4({ accessKeyId, scope, additionalHeaders, signature }));
  return {
    method,
    origin,
    path: canonicalQuery === '' ? path : `${path}?${canonicalQuery}`,
    headers: headersOf(headers),
  };
}

/**
 * Signs a request with V4 in the URL: `origin + path` is the link.
 *
 * Every query parameter is signed, so nothing may be appended afterwards. The result's `headers` must be sent exactly;
 * for a plain GET there are none. Pure: arguments are not changed.
 *
 * @throws RangeError when `expiresInSeconds` is not a whole number from 1 to 604800, or the date is invalid
 * @throws TypeError when an argument is missing, mistyped or unknown
 * @throws SigningError for what cannot be signed safely, and when the region is unknown
 * @throws CredentialError `INVALID_CONFIG` for malformed credentials
 */
export function signUrlV4(request: OssRequest, credentials: Credentials, options: UrlSignOptions): SignedRequest {
  checkUrlArguments(request, options);
  const { expiresInSeconds } = options;
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > MAX_EXPIRES_SECONDS_V4) {
    throw new RangeError(`expiresInSeconds must be a whole number from 1 to ${MAX_EXPIRES_SECONDS_V4} (7 days)`);
  }
  const { method, origin, path, canonicalUri, headers, query } = prepare(request, credentials, options);
  if (request.key !== undefined) assertLinkableKey(request.key);
  const moment = momentOf(request, credentials, options);
  const wanted = request.additionalHeaders ?? [];
  const signed = wanted.length === 0 ? headers : withHost(headers, origin);
  const additionalHeaders = additionalHeaderNamesV4(wanted, signed);
  const own = encodeQueryV4(
    additionalHeaders.length === 0 ? query : [...query, ['x-oss-additional-headers', additionalHeaders.join(';')]],
  );

  const canonicalQuery = moment.query(own, expiresInSeconds);
  const parts = { method, uri: canonicalUri, query: canonicalQuery, headers: signed, additionalHeaders };
  const signature = signParts(parts, moment, credentials, options);
  return {
    method,
    origin,
    path: `${path}?${canonicalQuery}&x-oss-signature=${signature}`,
    headers: headersOf(headers),
  };
}

function momentOf(request: OssRequest, credentials: Credentials, options: UrlSignOptions): UrlMoment {
  const parts = {
    second: Math.floor(options.date.getTime() / 1000),
    region: regionOf(request),
    product: request.endpoint.product,
  };
  const cache = openCache(options.cache);
  if (cache !== undefined) return cache.urlMoment(credentials, parts);
  return createUrlMoment(credentials, parts, ({ accessKeySecret }, scope) => signingKeyV4(accessKeySecret, scope));
}

// The client itself sends `host`, so it may be signed without being given.
function withHost(headers: HeaderMap, origin: string): HeaderMap {
  return headers.has('host') ? headers : new Map([['host', parseUrl(origin)?.host ?? ''], ...headers]);
}

function regionOf(request: OssRequest): string {
  const { region, origin } = request.endpoint;
  if (region !== undefined) return region;
  throw new SigningError(
    'REGION_UNKNOWN',
    `V4 signs the region, which the host ${parseUrl(origin)?.hostname} does not name: give a region such as "cn-hangzhou"`,
  );
}

/** What the string to sign begins with, and the key that signs it. A prepared key keeps the last beginning ready. */
interface Signing {
  readonly head: string;
  readonly key: SigningKey;
}

/** What both V4 signers do last: texts, trace, signature. */
function signParts(
  parts: SigningPartsV4,
  { head, key }: Signing,
  credentials: Credentials,
  options: SignOptions,
): string {
  const { canonicalRequest, hash } = signingTextsV4(parts);
  if (options.onTrace !== undefined) {
    const token = credentials.securityToken;
    const tokens = token === undefined ? [] : [token, encodeRfc3986(token)];
    options.onTrace(createTrace('v4', { canonicalRequest, stringToSign: head + hash }, tokens));
  }
  return key.sign(head, hash);
}
