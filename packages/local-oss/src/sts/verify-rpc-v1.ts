import { rpcSignatureV1, rpcStringToSignV1 } from '@ossgrant/signer-core/rpc';
import { constantTimeEqual } from '../auth/constant-time.ts';
import type { Identity } from '../auth/identity.ts';
import type { ServerContext } from '../server-context.ts';
import { assertTimestamp, findCaller } from './find-caller.ts';
import type { NonceLog } from './nonce-log.ts';
import { required, stsFailure } from './sts-failure.ts';

/** An RPC call, query and form body together. */
export interface RpcCall {
  readonly method: 'GET' | 'POST';
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Verifies an RPC V1 signature (HMAC-SHA1).
 *
 * @throws Failure with STS's codes
 */
export function verifyRpcV1(call: RpcCall, context: ServerContext, nonces: NonceLog): Identity {
  const { parameters } = call;
  const accessKeyId = required(parameters, 'AccessKeyId');
  if (required(parameters, 'SignatureMethod') !== 'HMAC-SHA1' || required(parameters, 'SignatureVersion') !== '1.0') {
    throw stsFailure(400, 'IncompleteSignature', 'SignatureMethod must be HMAC-SHA1 and SignatureVersion 1.0.');
  }
  const now = context.clock.now();
  assertTimestamp(required(parameters, 'Timestamp'), now);
  const nonce = required(parameters, 'SignatureNonce');
  const signature = required(parameters, 'Signature');
  const key = findCaller(context, accessKeyId, parameters.get('SecurityToken'));
  const stringToSign = rpcStringToSignV1(call.method, Object.fromEntries(parameters));
  if (!constantTimeEqual(rpcSignatureV1(key.accessKeySecret, stringToSign), signature)) {
    throw stsFailure(
      400,
      'SignatureDoesNotMatch',
      `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
    );
  }
  if (!nonces.take(`${accessKeyId} ${nonce}`, now)) {
    throw stsFailure(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  }
  return key.identity;
}
