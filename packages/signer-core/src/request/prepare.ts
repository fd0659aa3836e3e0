import type { Credentials } from '../credentials/contracts.ts';
import { validateCredentials } from '../credentials/validate-credentials.ts';
import { locate, type Location } from '../endpoint/locate.ts';
import { isLoopback } from '../endpoint/parse-origin.ts';
import { SigningError } from '../errors/signing-error.ts';
import { assertHeaders, toHeaderMap } from './header-map.ts';
import { assertBucket, assertKey } from './names.ts';
import type { OssRequest } from './oss-request.ts';
import type { SignOptions } from './sign-options.ts';
import { assertSignable } from './text.ts';

/** A checked request. */
export interface PreparedParts extends Location {
  readonly method: string;
  /** The request's own headers; signers add to their copy. */
  readonly headers: Map<string, string>;
  readonly query: Map<string, string | null>;
}

const METHOD = /^[A-Z]+$/;
const RESERVED_HEADERS = ['authorization', 'x-oss-security-token'];
const RESERVED_QUERY = new Set([
  'OSSAccessKeyId',
  'Expires',
  'Signature',
  'security-token',
  'x-oss-signature-version',
  'x-oss-credential',
  'x-oss-date',
  'x-oss-expires',
  'x-oss-additional-headers',
  'x-oss-security-token',
  'x-oss-signature',
  'x-oss-access-key-id',
]);

/**
 * Checks a request and its credentials and takes copies of what the signer will change. The same checks for both versions and both places.
 *
 * @throws SigningError for what cannot be signed safely
 * @throws CredentialError `INVALID_CONFIG` for malformed credentials
 */
export function prepare(request: OssRequest, credentials: Credentials, options: SignOptions): PreparedParts {
  if (options.cache === undefined) validateCredentials(credentials);
  else options.cache.validate(credentials);
  const method = request.method.toUpperCase();
  if (!METHOD.test(method)) throw new SigningError('INVALID_TEXT', 'method must be letters only');
  if (request.bucket !== undefined) assertBucket(request.bucket);
  if (request.key !== undefined) {
    if (request.bucket === undefined) throw new SigningError('INVALID_BUCKET', 'a key needs a bucket');
    assertKey(request.key);
  }
  const { origin, path, canonicalUri } = locate(request.endpoint, request.bucket, request.key);
  if (credentials.securityToken !== undefined) assertPrivateTransport(origin);
  const headers = toHeaderMap(request.headers);
  assertHeaders(headers);
  for (const name of RESERVED_HEADERS) {
    if (headers.has(name)) throw reserved(`header "${name}"`);
  }
  const query = new Map<string, string | null>(request.query && Object.entries(request.query));
  for (const [name, value] of query) {
    assertSignable(name, 'a query parameter name');
    assertSignable(value ?? '', `query parameter "${name}"`);
    if (RESERVED_QUERY.has(name)) throw reserved(`query parameter "${name}"`);
  }
  return { method, origin, path, canonicalUri, headers, query };
}

/** The headers of a signed request, as they must be sent. */
export function headersOf(headers: ReadonlyMap<string, string>): Record<string, string> {
  return headers.size === 0 ? {} : Object.fromEntries(headers);
}

function assertPrivateTransport(origin: string): void {
  if (origin.startsWith('https://')) return;
  const url = new URL(origin);
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return;
  throw new SigningError(
    'INSECURE_TRANSPORT',
    'temporary credentials are not signed for plain http: the token would be readable on the way. Use https',
  );
}

function reserved(what: string): SigningError {
  return new SigningError('RESERVED_NAME', `${what} is set by the signer: sign the original request again instead`);
}
