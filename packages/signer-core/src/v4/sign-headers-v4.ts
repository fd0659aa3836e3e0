import type { Credentials } from '../credentials/contracts.ts';
import { formatIsoBasic } from '../request/dates.ts';
import type { HeaderMap } from '../request/header-map.ts';
import type { OssRequest, SignedRequest } from '../request/oss-request.ts';
import { headersOf, prepare } from '../request/prepare.ts';
import { setOwn } from '../request/set-own.ts';
import type { SignOptions } from '../request/sign-options.ts';
import { authorizationV4 } from './authorization.ts';
import { additionalHeaderNamesV4, canonicalHeadersV4 } from './canonical-headers.ts';
import { canonicalQueryV4 } from './canonical-query.ts';
import { canonicalRequestV4, UNSIGNED_PAYLOAD } from './canonical-request.ts';
import { scopeTextV4 } from './scope.ts';
import { regionOf, signWithKey } from './sign-with-key.ts';
import { signingKeyV4 } from './signing-key.ts';
import { stringToSignHeadV4 } from './string-to-sign.ts';

/**
 * Signs a request with V4 in the `Authorization` header.
 *
 * Adds `x-oss-date`, `x-oss-content-sha256`, `x-oss-security-token` where there is a token, and `authorization`. Pure:
 * arguments are not changed. Rules: https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4
 *
 * @throws SigningError for what cannot be signed safely, or a region that is not known
 * @throws CredentialError `INVALID_CONFIG` for malformed credentials
 */
export function signHeadersV4(request: OssRequest, credentials: Credentials, options: SignOptions): SignedRequest {
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
  const canonicalRequest = canonicalRequestV4({
    method,
    uri: canonicalUri,
    query: canonicalQuery,
    headers: canonicalHeadersV4(signed, additionalHeaders),
    additionalHeaders,
  });
  const key =
    options.cache === undefined
      ? signingKeyV4(credentials.accessKeySecret, scopeParts)
      : options.cache.signingKey(credentials, scopeParts);
  const head = stringToSignHeadV4({ timestamp, scope });
  const signature = signWithKey(key, { canonicalRequest, head }, credentials, options);
  const { accessKeyId } = credentials;
  headers.set('authorization', authorizationV4({ accessKeyId, scope, additionalHeaders, signature }));
  return {
    method,
    origin,
    path: canonicalQuery === '' ? path : `${path}?${canonicalQuery}`,
    headers: headersOf(headers),
  };
}

/** The headers to sign from: the client itself will send `host`, so it may be signed without being given. */
export function withHost(headers: HeaderMap, origin: string): HeaderMap {
  return headers.has('host') ? headers : new Map([['host', new URL(origin).host], ...headers]);
}
