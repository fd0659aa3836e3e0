import type { Credentials } from '@ossgrant/credentials-core';
import { SigningError } from '../errors/signing-error.ts';
import { argumentsCheck, headersOf, prepare, setOwn } from '../request/prepare.ts';
import {
  type OssRequest,
  type SignedRequest,
  type UrlSignOptions,
  createTrace,
  type SignOptions,
} from '../request/request.ts';
import { openCache } from '../request/signing-cache.ts';
import { isSubResourceV1, canonicalResourceV1, secretKeyV1, stringToSignV1, wireQueryV1 } from '../steps/v1.ts';
import { assertLinkableKey, encodeBase64, encodeRfc3986, formatRfc1123 } from '../text/wire-text.ts';

// The last second that a Date can hold.
const LAST_SECOND = 8_640_000_000_000;

const checkHeaderArguments = argumentsCheck('signHeadersV1', { inUrl: false });
const checkUrlArguments = argumentsCheck('signUrlV1', { inUrl: true });

/**
 * Signs a request with V1 in the URL: `origin + path` is the link. V1 is being retired by the cloud: prefer V4.
 *
 * `Expires` is an absolute time in seconds: `date`, floored, plus `expiresInSeconds`. The result's `headers` must be sent
 * exactly; for a plain GET there are none. Pure: arguments are not changed. Rules:
 * https://www.alibabacloud.com/help/en/oss/developer-reference/add-signatures-to-urls
 *
 * @throws TypeError when an argument is missing, mistyped or unknown
 * @throws RangeError when `expiresInSeconds` is not a positive whole number, or the date or the end is invalid
 * @throws SigningError for what cannot be signed safely, keys and values that V1 cannot tell apart included
 * @throws CredentialError `INVALID_CONFIG` for malformed credentials
 */
export function signUrlV1(request: OssRequest, credentials: Credentials, options: UrlSignOptions): SignedRequest {
  checkUrlArguments(request, options);
  const { expiresInSeconds, date } = options;
  const expires = Math.floor(date.getTime() / 1000) + expiresInSeconds;
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || !(expires <= LAST_SECOND)) {
    throw new RangeError('expiresInSeconds must be a positive whole number, and its end a valid date');
  }
  const { method, origin, path, headers, query: given } = prepare(request, credentials, options);
  assertUnambiguous(request.key, given);
  if (request.key !== undefined) assertLinkableKey(request.key);
  const token = credentials.securityToken;
  const query = token === undefined ? given : new Map([...given, ['security-token', token]]);

  const resource = canonicalResourceV1({ bucket: request.bucket, key: request.key, query });
  const stringToSign = stringToSignV1({ method, headers, dateLine: String(expires), resource });
  const key = openCache(options.cache)?.secretKey(credentials) ?? secretKeyV1(credentials.accessKeySecret);
  const signature = key.sign(stringToSign);
  options.onTrace?.(createTrace('v1', { stringToSign }, token === undefined ? [] : [token, encodeRfc3986(token)]));
  // The signer's own names need no encoding, and encoding is half the work for so short a text.
  const own = `OSSAccessKeyId=${encodeRfc3986(credentials.accessKeyId)}&Expires=${expires}&Signature=${encodeBase64(signature)}`;
  const wireQuery = query.size === 0 ? own : `${own}&${wireQueryV1(query)}`;
  return { method, origin, path: `${path}?${wireQuery}`, headers: headersOf(headers) };
}

/**
 * Signs a request with V1 in the `Authorization` header. V1 is being retired by the cloud: prefer V4.
 *
 * Adds `x-oss-date` (browsers may not set `Date`), `x-oss-security-token` where there is a token, and `authorization`.
 * Pure: arguments are not changed. Rules:
 * https://www.alibabacloud.com/help/en/oss/developer-reference/include-signatures-in-the-authorization-header
 *
 * @throws TypeError when an argument is missing, mistyped or unknown
 * @throws RangeError when the date is invalid
 * @throws SigningError for what cannot be signed safely, keys and values that V1 cannot tell apart included
 * @throws CredentialError `INVALID_CONFIG` for malformed credentials
 */
export function signHeadersV1(request: OssRequest, credentials: Credentials, options: SignOptions): SignedRequest {
  checkHeaderArguments(request, options);
  const { method, origin, path, headers: given, query } = prepare(request, credentials, options);
  assertUnambiguous(request.key, query);
  const date = formatRfc1123(options.date);
  const headers = new Map(given);
  setOwn(headers, 'x-oss-date', date);
  const token = credentials.securityToken;
  if (token !== undefined) headers.set('x-oss-security-token', token);

  const resource = canonicalResourceV1({ bucket: request.bucket, key: request.key, query });
  const stringToSign = stringToSignV1({ method, headers, dateLine: date, resource });
  const key = openCache(options.cache)?.secretKey(credentials) ?? secretKeyV1(credentials.accessKeySecret);
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

/**
 * Refuses what V1 cannot tell apart. It signs plain text, so key `a.txt?response-expires=0` and key `a.txt` with that parameter have
 * one signature: whoever may choose a key would get a link to another object. In the same way a value with `&` reads as further
 * parameters.
 *
 * @throws SigningError `KEY_AMBIGUOUS_IN_V1` or `VALUE_AMBIGUOUS_IN_V1`
 */
function assertUnambiguous(key: string | undefined, query: ReadonlyMap<string, string | null>): void {
  if (key?.includes('?')) {
    throw new SigningError(
      'KEY_AMBIGUOUS_IN_V1',
      'V1 cannot sign a key that contains "?": the signature would also fit another object with parameters. Use V4',
    );
  }
  for (const [name, value] of query) {
    if (isSubResourceV1(name) && (/[=&]/.test(name) || value?.includes('&'))) {
      throw new SigningError(
        'VALUE_AMBIGUOUS_IN_V1',
        `V1 cannot sign query parameter "${name}" with "&" in it: the signature would also fit further parameters. Use V4`,
      );
    }
  }
}
