import { rpcSignatureV1, rpcStringToSignV1 } from '@ossgrant/signer-core/rpc';
import { constantTimeEqual } from '../auth/constant-time.ts';
import type { Identity } from '../auth/identity.ts';
import { Failure } from '../failure.ts';
import type { ServerContext } from '../server-context.ts';
import { stsFailure } from './sts-failure.ts';

const MAX_SKEW_MS = 900_000;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** An RPC call, query and form body together. */
export interface RpcCall {
  readonly method: 'GET' | 'POST';
  readonly parameters: ReadonlyMap<string, string>;
}

/** Nonces seen, so that a call cannot be sent twice. */
export interface NonceLog {
  /** Whether the nonce is new; it is remembered from now on. */
  take(nonce: string, now: Date): boolean;
}

export function createNonceLog(): NonceLog {
  const seen = new Map<string, number>();
  return {
    take(nonce, now): boolean {
      // A timestamp older than the skew is refused anyway, so older nonces may go.
      for (const [old, time] of seen) {
        if (now.getTime() - time <= 2 * MAX_SKEW_MS) break;
        seen.delete(old);
      }
      if (seen.has(nonce)) return false;
      seen.set(nonce, now.getTime());
      return true;
    },
  };
}

/**
 * Verifies an RPC V1 signature (HMAC-SHA1).
 *
 * @throws Failure with STS's codes
 */
export function verifyRpcV1(call: RpcCall, context: ServerContext, nonces: NonceLog): Identity {
  const need = (name: string): string => {
    const value = call.parameters.get(name);
    if (!value) throw stsFailure(400, `Missing${name}`, `${name} is mandatory for this action.`);
    return value;
  };
  if (need('SignatureMethod') !== 'HMAC-SHA1' || need('SignatureVersion') !== '1.0') {
    throw stsFailure(400, 'InvalidParameter', 'SignatureMethod must be HMAC-SHA1 and SignatureVersion 1.0.');
  }
  const now = context.clock.now();
  const timestamp = need('Timestamp');
  if (!TIMESTAMP.test(timestamp)) {
    throw stsFailure(400, 'InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.');
  }
  if (Math.abs(Date.parse(timestamp) - now.getTime()) > MAX_SKEW_MS) {
    throw stsFailure(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
  }
  const key = findKey(context, need('AccessKeyId'), call.parameters.get('SecurityToken'), now);
  const stringToSign = rpcStringToSignV1(call.method, Object.fromEntries(call.parameters));
  if (!constantTimeEqual(rpcSignatureV1(key.accessKeySecret, stringToSign), need('Signature'))) {
    throw stsFailure(
      400,
      'SignatureDoesNotMatch',
      `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
    );
  }
  if (!nonces.take(need('SignatureNonce'), now)) {
    throw stsFailure(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  }
  return key.identity;
}

function findKey(
  context: ServerContext,
  accessKeyId: string,
  token: string | undefined,
  now: Date,
): ReturnType<ServerContext['keyring']['find']> {
  try {
    return context.keyring.find(accessKeyId, token, now);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // STS has its own words for what OSS says of a key.
    switch (error.parts.code) {
      case 'SecurityTokenExpired':
        throw stsFailure(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
      case 'InvalidSecurityToken':
        throw stsFailure(400, 'InvalidSecurityToken.Malformed', 'Specified SecurityToken is malformed.');
      case 'AccessKeyIdAndSecurityTokenNotMatch':
        throw stsFailure(400, 'InvalidSecurityToken.MismatchWithAccessKey', 'Specified SecurityToken mismatches.');
      default:
        throw stsFailure(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    }
  }
}
