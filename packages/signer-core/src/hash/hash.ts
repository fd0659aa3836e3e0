/** What the signers need of a runtime's cryptography: synchronous, text in (as UTF-8), text out. */
export interface Hash {
  /** SHA-256 as lower-case hex. */
  sha256Hex(text: string): string;
  /** HMAC-SHA256 as bytes. */
  hmacSha256(key: string | Uint8Array, text: string): Uint8Array;
  /** A key made ready for many signatures. */
  signingKey(key: Uint8Array): SigningKey;
  /** A key secret made ready for V1: HMAC-SHA1 as base64. */
  secretKeySha1(secret: string): SigningKey;
}

/** A prepared HMAC key. Holds a secret: keep it out of logs. */
export interface SigningKey {
  /**
   * V4: HMAC-SHA256 as lower-case hex. V1: HMAC-SHA1 as base64.
   *
   * @param head kept ready for the next call, which is often with the same one
   * @param tail follows `head`
   */
  sign(head: string, tail?: string): string;
}
