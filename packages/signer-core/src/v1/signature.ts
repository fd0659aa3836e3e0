import { hash } from '#hash';
import type { SigningKey } from '../hash/hash.ts';

/** V1 signature: base64 of HMAC-SHA1. In a URL it must be percent-encoded: it may hold `+`, `/` and `=`. */
export function signatureV1(accessKeySecret: string, stringToSign: string): string {
  return secretKeyV1(accessKeySecret).sign(stringToSign);
}

/** A secret made ready for many V1 signatures. */
export function secretKeyV1(accessKeySecret: string): SigningKey {
  return hash.secretKeySha1(accessKeySecret);
}
