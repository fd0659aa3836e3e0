import type { Credentials } from '../credentials/contracts.ts';
import { encodeRfc3986 } from '../request/encode.ts';
import { formatRfc1123 } from '../request/dates.ts';
import type { OssRequest, SignedRequest } from '../request/oss-request.ts';
import { headersOf, prepare } from '../request/prepare.ts';
import { setOwn } from '../request/set-own.ts';
import type { SignOptions } from '../request/sign-options.ts';
import { createTrace } from '../trace/signing-trace.ts';
import { assertUnambiguousV1 } from './assert-unambiguous.ts';
import { canonicalResourceV1 } from './canonical-resource.ts';
import { secretKeyV1 } from './signature.ts';
import { stringToSignV1 } from './string-to-sign.ts';
import { wireQueryV1 } from './wire-query.ts';

/**
 * Signs a request with V1 in the `Authorization` header. V1 is being retired by the cloud: prefer V4.
 *
 * Adds `x-oss-date` (browsers may not set `Date`), `x-oss-security-token` where there is a token, and `authorization`.
 * Pure: arguments are not changed. Rules:
 * https://www.alibabacloud.com/help/en/oss/developer-reference/include-signatures-in-the-authorization-header
 *
 * @throws SigningError for what cannot be signed safely, among it keys and values that V1 cannot tell apart
 * @throws CredentialError `INVALID_CONFIG` for malformed credentials
 */
export function signHeadersV1(request: OssRequest, credentials: Credentials, options: SignOptions): SignedRequest {
  const { method, origin, path, headers: given, query } = prepare(request, credentials, options);
  assertUnambiguousV1(request.key, query);
  const date = formatRfc1123(options.date);
  const headers = new Map(given);
  setOwn(headers, 'x-oss-date', date);
  const token = credentials.securityToken;
  if (token !== undefined) headers.set('x-oss-security-token', token);

  const resource = canonicalResourceV1({ bucket: request.bucket, key: request.key, query });
  const stringToSign = stringToSignV1({ method, headers, dateLine: date, resource });
  const key = options.cache?.secretKey(credentials) ?? secretKeyV1(credentials.accessKeySecret);
  const signature = key.sign(stringToSign);
  options.onTrace?.(createTrace('v1', { stringToSign }, token === undefined ? [] : [token, encodeRfc3986(token)]));
  headers.set('authorization', `OSS ${credentials.accessKeyId}:${signature}`);
  const wireQuery = wireQueryV1(query);
  return {
    method,
    origin,
    path: wireQuery === '' ? path : `${path}?${wireQuery}`,
    headers: headersOf(headers),
  };
}
