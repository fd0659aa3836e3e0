/** The cryptography that the signers need of a runtime: synchronous, text in (as UTF-8), text out. */
export interface Hash {
  /** SHA-256 as lower-case hex. */
  sha256Hex(text: string): string;
  /** HMAC-SHA256 as bytes. */
  hmacSha256(key: string | Uint8Array, text: string): Uint8Array;
  /** Prepares a key for many V4 signatures. */
  signingKey(key: Uint8Array): SigningKey;
  /** Prepares a key secret for V1: HMAC-SHA1 as base64. */
  secretKeySha1(secret: string): SigningKey;
}

/** A prepared HMAC key. Holds a secret: keep it out of logs. */
export interface SigningKey {
  /**
   * V4: HMAC-SHA256 as lower-case hex. V1: HMAC-SHA1 as base64.
   *
   * @param head is kept ready for the next call, which often has the same one
   * @param tail follows `head`
   */
  sign(head: string, tail?: string): string;
}
