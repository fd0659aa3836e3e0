import { hash } from '#hash';
import type { SigningKey } from '../hash/hash.ts';
import type { ScopeV4 } from './scope.ts';

/** Derives the V4 signing key of a secret for one day, region and product. Four HMACs: worth keeping for the day. */
export function signingKeyV4(accessKeySecret: string, scope: ScopeV4): SigningKey {
  const day = hash.hmacSha256(`aliyun_v4${accessKeySecret}`, scope.day);
  const region = hash.hmacSha256(day, scope.region);
  const product = hash.hmacSha256(region, scope.product);
  return hash.signingKey(hash.hmacSha256(product, 'aliyun_v4_request'));
}

/** V4 signature: lower-case hex. */
export function signatureV4(key: SigningKey, stringToSign: string): string {
  return key.sign(stringToSign);
}
