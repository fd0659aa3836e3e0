import { hash } from '#hash';

/** V1 signature: base64 of HMAC-SHA1. In a URL it must be percent-encoded: it may hold `+`, `/` and `=`. */
export function signatureV1(accessKeySecret: string, stringToSign: string): string {
  return hash.hmacSha1Base64(accessKeySecret, stringToSign);
}
