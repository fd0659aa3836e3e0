import { createHash, createHmac } from 'node:crypto';
import { rpcSignatureV1, rpcStringToSignV1 } from '@ossgrant/signer-core/rpc';
import { encodeRfc3986 } from '@ossgrant/signer-core/steps';
import type { Identity } from '../access/identity.ts';
import { type KnownKey, constantTimeEqual } from '../accounts/keyring.ts';
import type { ServerContext } from '../context.ts';
import { Refusal } from '../http/refusal.ts';
import type { RawRequest } from '../http/raw-request.ts';
import { stsRefusal, required } from './sts-call.ts';

const MAX_SKEW_MS = 900_000;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** @throws Refusal `InvalidTimeStamp.Format` or `InvalidTimeStamp.Expired` */
export function assertTimestamp(text: string, now: Date): void {
  if (!TIMESTAMP.test(text) || Number.isNaN(Date.parse(text))) {
    throw stsRefusal(400, 'InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.');
  }
  if (Math.abs(Date.parse(text) - now.getTime()) > MAX_SKEW_MS) {
    throw stsRefusal(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
  }
}

/**
 * Finds the key that signed an STS call, and words its refusals as STS does.
 *
 * @throws Refusal with STS's codes
 */
export function findCaller(context: ServerContext, accessKeyId: string, token: string | undefined): KnownKey {
  if (accessKeyId.startsWith('STS.') && token === undefined) {
    throw stsRefusal(400, 'MissingSecurityToken', 'SecurityToken is mandatory for this action.');
  }
  try {
    return context.keyring.find(accessKeyId, token, context.clock.now());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    switch (error.parts.code) {
      case 'SecurityTokenExpired':
        throw stsRefusal(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
      case 'InvalidSecurityToken':
        throw stsRefusal(400, 'InvalidSecurityToken.Malformed', 'Specified SecurityToken is malformed.');
      case 'AccessKeyIdAndSecurityTokenNotMatch':
        throw stsRefusal(400, 'InvalidSecurityToken.MismatchWithAccessKey', 'Specified SecurityToken mismatches.');
      default:
        throw error.parts.message.includes('disabled')
          ? stsRefusal(400, 'InvalidAccessKeyId.Inactive', 'Specified access key is disabled.')
          : stsRefusal(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    }
  }
}

/** Nonces seen, so that a call cannot be sent twice. */
export interface NonceLog {
  /** Whether the nonce is new; it is remembered from now on. */
  take(nonce: string, now: Date): boolean;
}

const KEPT_MS = 1_800_000;
const MAX_NONCES = 100_000;

export function createNonceLog(): NonceLog {
  const seen = new Map<string, number>();
  return {
    take(nonce, now): boolean {
      // A timestamp older than 15 minutes is refused anyway, so older nonces can be dropped.
      for (const [old, time] of seen) {
        if (now.getTime() - time <= KEPT_MS && seen.size < MAX_NONCES) break;
        seen.delete(old);
      }
      if (seen.has(nonce)) return false;
      seen.set(nonce, now.getTime());
      return true;
    },
  };
}

const ALGORITHM = 'ACS3-HMAC-SHA256';

/**
 * Verifies an ACS3-HMAC-SHA256 signature.
 *
 * @param body the request's body, empty for GET
 * @throws Refusal with STS's codes
 */
export function verifyAcs3(request: RawRequest, body: Buffer, context: ServerContext, nonces: NonceLog): Identity {
  const { accessKeyId, signedHeaders, signature } = parseAuthorization(request.headers.get('authorization') ?? '');
  const header = (name: string): string => {
    const value = request.headers.get(name);
    if (!value) throw stsRefusal(400, 'IncompleteSignature', `The header ${name} is mandatory.`);
    return value;
  };
  assertTimestamp(header('x-acs-date'), context.clock.now());
  const bodyHash = createHash('sha256').update(body).digest('hex');
  if (header('x-acs-content-sha256') !== bodyHash) {
    throw stsRefusal(400, 'SignatureDoesNotMatch', 'The x-acs-content-sha256 differs from the hash of the body.');
  }
  const nonce = header('x-acs-signature-nonce');
  const unsigned = [...request.headers.keys()].find((name) => isMandatory(name) && !signedHeaders.includes(name));
  if (unsigned !== undefined) throw stsRefusal(400, 'IncompleteSignature', `The header ${unsigned} is not signed.`);
  const key = findCaller(context, accessKeyId, request.headers.get('x-acs-security-token'));
  const stringToSign = `${ALGORITHM}\n${sha256(canonicalRequest(request, signedHeaders, bodyHash))}`;
  const expected = createHmac('sha256', key.accessKeySecret).update(stringToSign).digest('hex');
  if (!constantTimeEqual(expected, signature)) {
    throw stsRefusal(
      400,
      'SignatureDoesNotMatch',
      `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
    );
  }
  if (!nonces.take(`${accessKeyId} ${nonce}`, context.clock.now())) {
    throw stsRefusal(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
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
  if (match === null) throw stsRefusal(400, 'IncompleteSignature', 'The Authorization header is not well formed.');
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

/** An RPC call, query and form body together. */
export interface RpcCall {
  readonly method: 'GET' | 'POST';
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Verifies an RPC V1 signature (HMAC-SHA1).
 *
 * @throws Refusal with STS's codes
 */
export function verifyRpcV1(call: RpcCall, context: ServerContext, nonces: NonceLog): Identity {
  const { parameters } = call;
  const accessKeyId = required(parameters, 'AccessKeyId');
  if (required(parameters, 'SignatureMethod') !== 'HMAC-SHA1' || required(parameters, 'SignatureVersion') !== '1.0') {
    throw stsRefusal(400, 'IncompleteSignature', 'SignatureMethod must be HMAC-SHA1 and SignatureVersion 1.0.');
  }
  const now = context.clock.now();
  assertTimestamp(required(parameters, 'Timestamp'), now);
  const nonce = required(parameters, 'SignatureNonce');
  const signature = required(parameters, 'Signature');
  const key = findCaller(context, accessKeyId, parameters.get('SecurityToken'));
  const stringToSign = rpcStringToSignV1(call.method, Object.fromEntries(parameters));
  if (!constantTimeEqual(rpcSignatureV1(key.accessKeySecret, stringToSign), signature)) {
    throw stsRefusal(
      400,
      'SignatureDoesNotMatch',
      `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
    );
  }
  if (!nonces.take(`${accessKeyId} ${nonce}`, now)) {
    throw stsRefusal(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  }
  return key.identity;
}
