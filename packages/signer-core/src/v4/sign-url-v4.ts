import type { Credentials } from '../credentials/contracts.ts';
import { assertLinkableKey } from '../request/names.ts';
import type { OssRequest, SignedRequest } from '../request/oss-request.ts';
import { headersOf, prepare } from '../request/prepare.ts';
import type { UrlSignOptions } from '../request/sign-options.ts';
import { additionalHeaderNamesV4, canonicalHeadersV4 } from './canonical-headers.ts';
import { encodeQueryV4 } from './canonical-query.ts';
import { canonicalRequestV4 } from './canonical-request.ts';
import { withHost } from './sign-headers-v4.ts';
import { regionOf, signWithKey } from './sign-with-key.ts';
import { signingKeyV4 } from './signing-key.ts';
import { createUrlMoment, type UrlMoment } from './url-moment.ts';

/** Longest life of a V4 link: seven days (EC 0002-00000232). */
export const MAX_EXPIRES_SECONDS_V4 = 604_800;

/**
 * Signs a request with V4 in the URL: `origin + path` is the link.
 *
 * Every query parameter is signed, so nothing may be appended afterwards. The result's `headers` must be sent exactly;
 * for a plain GET there are none. Pure: arguments are not changed.
 *
 * @throws RangeError when `expiresInSeconds` is not a whole number from 1 to 604800
 * @throws SigningError for what cannot be signed safely, or a region that is not known
 * @throws CredentialError `INVALID_CONFIG` for malformed credentials
 */
export function signUrlV4(request: OssRequest, credentials: Credentials, options: UrlSignOptions): SignedRequest {
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
  const canonicalRequest = canonicalRequestV4({
    method,
    uri: canonicalUri,
    query: canonicalQuery,
    headers: canonicalHeadersV4(signed, additionalHeaders),
    additionalHeaders,
  });
  const { head, key } = moment;
  const signature = signWithKey(key, { canonicalRequest, head }, credentials, options);
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
  if (options.cache !== undefined) return options.cache.urlMoment(credentials, parts);
  return createUrlMoment(credentials, parts, ({ accessKeySecret }, scope) => signingKeyV4(accessKeySecret, scope));
}
