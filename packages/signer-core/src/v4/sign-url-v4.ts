import type { Credentials } from '../credentials/contracts.ts';
import { formatIsoBasic } from '../request/dates.ts';
import { assertLinkableKey } from '../request/names.ts';
import type { OssRequest, SignedRequest } from '../request/oss-request.ts';
import { prepare } from '../request/prepare.ts';
import type { UrlSignOptions } from '../request/sign-options.ts';
import { additionalHeaderNamesV4, canonicalHeadersV4 } from './canonical-headers.ts';
import { canonicalQueryV4 } from './canonical-query.ts';
import { canonicalRequestV4 } from './canonical-request.ts';
import { canonicalUriV4 } from './canonical-uri.ts';
import { scopeTextV4 } from './scope.ts';
import { withHost } from './sign-headers-v4.ts';
import { scopeOf, signCanonicalRequest } from './sign-with-key.ts';
import { ALGORITHM_V4 } from './string-to-sign.ts';

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
  const { method, origin, path, headers, query } = prepare(request, credentials);
  if (request.key !== undefined) assertLinkableKey(request.key);
  const timestamp = formatIsoBasic(options.date);
  const scope = scopeOf(request, timestamp);
  const signed = withHost(headers, origin);
  const additionalHeaders = additionalHeaderNamesV4(request.additionalHeaders ?? [], signed);

  query.set('x-oss-signature-version', ALGORITHM_V4);
  query.set('x-oss-credential', `${credentials.accessKeyId}/${scopeTextV4(scope)}`);
  query.set('x-oss-date', timestamp);
  query.set('x-oss-expires', String(expiresInSeconds));
  if (additionalHeaders.length > 0) query.set('x-oss-additional-headers', additionalHeaders.join(';'));
  if (credentials.securityToken !== undefined) query.set('x-oss-security-token', credentials.securityToken);

  const canonicalQuery = canonicalQueryV4(query);
  const canonicalRequest = canonicalRequestV4({
    method,
    uri: canonicalUriV4(request.bucket, request.key),
    query: canonicalQuery,
    headers: canonicalHeadersV4(signed, additionalHeaders),
    additionalHeaders,
  });
  const signature = signCanonicalRequest({ canonicalRequest, timestamp, scope }, credentials, options);
  return {
    method,
    origin,
    path: `${path}?${canonicalQuery}&x-oss-signature=${signature}`,
    headers: Object.fromEntries(headers),
  };
}
