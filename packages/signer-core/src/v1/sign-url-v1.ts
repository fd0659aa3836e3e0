import type { Credentials } from '../credentials/contracts.ts';
import { encodeBase64, encodeRfc3986 } from '../request/encode.ts';
import { assertLinkableKey } from '../request/names.ts';
import type { OssRequest, SignedRequest } from '../request/oss-request.ts';
import { headersOf, prepare } from '../request/prepare.ts';
import type { UrlSignOptions } from '../request/sign-options.ts';
import { createTrace } from '../trace/signing-trace.ts';
import { assertUnambiguousV1 } from './assert-unambiguous.ts';
import { canonicalResourceV1 } from './canonical-resource.ts';
import { secretKeyV1 } from './signature.ts';
import { stringToSignV1 } from './string-to-sign.ts';
import { wireQueryV1 } from './wire-query.ts';

/**
 * Signs a request with V1 in the URL: `origin + path` is the link. V1 is being retired by the cloud: prefer V4.
 *
 * `Expires` is the absolute second in which `date` plus `expiresInSeconds` falls. The result's `headers` must be sent
 * exactly; for a plain GET there are none. Pure: arguments are not changed. Rules:
 * https://www.alibabacloud.com/help/en/oss/developer-reference/add-signatures-to-urls
 *
 * @throws RangeError when `expiresInSeconds` is not a positive whole number
 * @throws SigningError for what cannot be signed safely, among it keys and values that V1 cannot tell apart
 * @throws CredentialError `INVALID_CONFIG` for malformed credentials
 */
export function signUrlV1(request: OssRequest, credentials: Credentials, options: UrlSignOptions): SignedRequest {
  const { expiresInSeconds, date } = options;
  const expires = Math.floor(date.getTime() / 1000) + expiresInSeconds;
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || !Number.isSafeInteger(expires)) {
    throw new RangeError('expiresInSeconds must be a positive whole number of seconds from a valid date');
  }
  const { method, origin, path, headers, query: given } = prepare(request, credentials, options);
  assertUnambiguousV1(request.key, given);
  if (request.key !== undefined) assertLinkableKey(request.key);
  const token = credentials.securityToken;
  const query = token === undefined ? given : new Map([...given, ['security-token', token]]);

  const resource = canonicalResourceV1({ bucket: request.bucket, key: request.key, query });
  const stringToSign = stringToSignV1({ method, headers, dateLine: String(expires), resource });
  const key = options.cache?.secretKey(credentials) ?? secretKeyV1(credentials.accessKeySecret);
  const signature = key.sign(stringToSign);
  options.onTrace?.(createTrace('v1', { stringToSign }, token === undefined ? [] : [token, encodeRfc3986(token)]));
  // The signer's own names need no encoding, and encoding is half the work for so short a text.
  const own = `OSSAccessKeyId=${encodeRfc3986(credentials.accessKeyId)}&Expires=${expires}&Signature=${encodeBase64(signature)}`;
  const wireQuery = query.size === 0 ? own : `${own}&${wireQueryV1(query)}`;
  return { method, origin, path: `${path}?${wireQuery}`, headers: headersOf(headers) };
}
