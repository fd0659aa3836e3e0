import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Hash } from './hash.ts';

/** `@noble/hashes`: browsers and other runtimes, where WebCrypto is asynchronous and a signer must not be. */
export const hash: Hash = {
  sha256Hex: (text) => bytesToHex(sha256(utf8ToBytes(text))),
  hmacSha256: (key, text) => hmac(sha256, toBytes(key), utf8ToBytes(text)),
  signingKey(bytes) {
    const key = hmac.create(sha256, bytes);
    return {
      sign: (head, tail = '') =>
        bytesToHex(
          key
            .clone()
            .update(utf8ToBytes(head + tail))
            .digest(),
        ),
    };
  },
  secretKeySha1(secret) {
    const key = hmac.create(sha1, utf8ToBytes(secret));
    return {
      sign: (head, tail = '') =>
        btoa(
          String.fromCharCode(
            ...key
              .clone()
              .update(utf8ToBytes(head + tail))
              .digest(),
          ),
        ),
    };
  },
};

function toBytes(key: string | Uint8Array): Uint8Array {
  return typeof key === 'string' ? utf8ToBytes(key) : key;
}
