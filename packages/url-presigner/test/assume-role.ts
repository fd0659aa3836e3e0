import type { Credentials } from '@ossgrant/credentials-core';
import type { LocalOss } from '@ossgrant/local-oss';
import { encodeRpcForm, rpcSignatureV1, rpcStringToSignV1 } from '@ossgrant/signer-core/rpc';

let calls = 0;

/** Temporary credentials of the server's role, or of another one, by a call of its STS. */
export async function assumeRole(oss: LocalOss, roleArn = oss.roleArn): Promise<Credentials> {
  const parameters = {
    Action: 'AssumeRole',
    Version: '2015-04-01',
    Format: 'JSON',
    RoleArn: roleArn,
    RoleSessionName: 'test',
    AccessKeyId: oss.owner.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: `nonce-${(calls += 1)}`,
    Timestamp: `${oss.clock.now().toISOString().slice(0, 19)}Z`,
  };
  const signature = rpcSignatureV1(oss.owner.accessKeySecret, rpcStringToSignV1('POST', parameters));
  const response = await fetch(oss.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: encodeRpcForm({ ...parameters, Signature: signature }),
  });
  const { Credentials: given } = (await response.json()) as { Credentials: Record<string, string> };
  return {
    accessKeyId: given['AccessKeyId'] ?? '',
    accessKeySecret: given['AccessKeySecret'] ?? '',
    securityToken: given['SecurityToken'] ?? '',
    expiration: new Date(given['Expiration'] ?? ''),
  };
}
