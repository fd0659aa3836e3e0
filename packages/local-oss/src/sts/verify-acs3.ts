import { createHash, createHmac } from 'node:crypto';
import { encodeRfc3986 } from '@ossgrant/signer-core/steps';
import { constantTimeEqual } from '../auth/constant-time.ts';
import type { Identity } from '../auth/identity.ts';
import type { RawRequest } from '../http/raw-request.ts';
import type { ServerContext } from '../server-context.ts';
import { assertTimestamp, findCaller } from './find-caller.ts';
import type { NonceLog } from './nonce-log.ts';
import { stsFailure } from './sts-failure.ts';

const ALGORITHM = 'ACS3-HMAC-SHA256';

/**
 * Verifies an ACS3-HMAC-SHA256 signature.
 *
 * @param body the request's body, empty for GET
 * @throws Failure with STS's codes
 */
export function verifyAcs3(request: RawRequest, body: Buffer, context: ServerContext, nonces: NonceLog): Identity {
  const { accessKeyId, signedHeaders, signature } = parseAuthorization(request.headers.get('authorization') ?? '');
  const header = (name: string): string => {
    const value = request.headers.get(name);
    if (!value) throw stsFailure(400, 'IncompleteSignature', `The header ${name} is mandatory.`);
    return value;
  };
  assertTimestamp(header('x-acs-date'), context.clock.now());
  const bodyHash = createHash('sha256').update(body).digest('hex');
  if (header('x-acs-content-sha256') !== bodyHash) {
    throw stsFailure(400, 'SignatureDoesNotMatch', 'The x-acs-content-sha256 differs from the hash of the body.');
  }
  const nonce = header('x-acs-signature-nonce');
  const unsigned = [...request.headers.keys()].find((name) => isMandatory(name) && !signedHeaders.includes(name));
  if (unsigned !== undefined) throw stsFailure(400, 'IncompleteSignature', `The header ${unsigned} is not signed.`);
  const key = findCaller(context, accessKeyId, request.headers.get('x-acs-security-token'));
  const stringToSign = `${ALGORITHM}\n${sha256(canonicalRequest(request, signedHeaders, bodyHash))}`;
  const expected = createHmac('sha256', key.accessKeySecret).update(stringToSign).digest('hex');
  if (!constantTimeEqual(expected, signature)) {
    throw stsFailure(
      400,
      'SignatureDoesNotMatch',
      `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
    );
  }
  if (!nonces.take(`${accessKeyId} ${nonce}`, context.clock.now())) {
    throw stsFailure(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  }
  return key.identity;
}

function isMandatory(name: string): boolean {
  return name === 'host' || name === 'content-type' || name.startsWith('x-acs-');
}

function parseAuthorization(text: string): {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
} {
  const match = /^ACS3-HMAC-SHA256 Credential=([^,\s]+), ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]+)$/.exec(
    text,
  );
  if (match === null) throw stsFailure(400, 'IncompleteSignature', 'The Authorization header is not well formed.');
  const [, accessKeyId = '', names = '', signature = ''] = match;
  return { accessKeyId, signedHeaders: names.split(';'), signature };
}

function canonicalRequest(request: RawRequest, signedHeaders: readonly string[], bodyHash: string): string {
  const query = request.query
    .map(([name, value]) => [encodeRfc3986(name), encodeRfc3986(value ?? '')] as const)
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const names = [...signedHeaders].sort();
  const headers = names.map((name) => `${name}:${(request.headers.get(name) ?? '').trim()}\n`).join('');
  return [request.method, '/', query, headers, signedHeaders.join(';'), bodyHash].join('\n');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
