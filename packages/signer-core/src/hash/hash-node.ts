import type { KeyObject } from 'node:crypto';
import type { SigningKey, Hash } from './hash.ts';

// An import would also load what signing never uses, such as Web Crypto: 3% of the time until the first link.
const crypto = process.getBuiltinModule('node:crypto');

const BLOCK_BYTES = 64;
const TEXT_BYTES = 2048;
const DIGEST_BYTES = { sha1: 20, sha256: 32 } as const;

/**
 * Prepares an HMAC key: both padded key blocks stay in buffers of the key's own, and each text is written after the inner one. With
 * `crypto.hash` a signature then takes two one-shot hashes and no native object; creating an Hmac object costs several times as much
 * as the hashing itself.
 */
export function preparedKey(algorithm: 'sha1' | 'sha256', key: Uint8Array, encoding: 'hex' | 'base64'): SigningKey {
  // Missing before Node 20.12, and in other runtimes that claim to be Node.
  if (typeof crypto.hash !== 'function') return keyObject(algorithm, key, encoding);
  const short = key.length > BLOCK_BYTES ? crypto.createHash(algorithm).update(key).digest() : key;
  const inner = paddedBlock(short, 0x36, TEXT_BYTES);
  const outer = paddedBlock(short, 0x5c, DIGEST_BYTES[algorithm]);
  let message = inner;
  let messageBytes = 0;
  let lastHead = '';
  let headEnd = BLOCK_BYTES;
  return {
    sign(head, tail = '') {
      // A UTF-16 unit takes three bytes at most.
      if ((head.length + tail.length) * 3 > TEXT_BYTES) {
        message = Buffer.concat([inner.subarray(0, BLOCK_BYTES), Buffer.from(head + tail)]);
        messageBytes = 0;
      } else {
        if (head !== lastHead) {
          headEnd = BLOCK_BYTES + inner.write(head, BLOCK_BYTES);
          lastHead = head;
        }
        const length = tail === '' ? headEnd : headEnd + inner.write(tail, headEnd);
        // Most texts have the same length, and a view costs as much as a small hash.
        if (messageBytes !== length) message = inner.subarray(0, length);
        messageBytes = length;
      }
      outer.write(crypto.hash(algorithm, message, 'binary'), BLOCK_BYTES, 'latin1');
      return crypto.hash(algorithm, outer, encoding);
    },
  };
}

function paddedBlock(key: Uint8Array, pad: number, space: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES + space, pad);
  for (const [index, byte] of key.entries()) block[index] = byte ^ pad;
  return block;
}

function keyObject(algorithm: string, bytes: Uint8Array, encoding: 'hex' | 'base64'): SigningKey {
  // Node 24.18 to 24.21 take ten times as long for a Buffer key as for a KeyObject.
  const key = crypto.createSecretKey(bytes);
  return {
    sign: (head, tail = '') =>
      crypto
        .createHmac(algorithm, key)
        .update(head + tail)
        .digest(encoding),
  };
}

/** `node:crypto`. */
export const hash: Hash = {
  sha256Hex: (text) =>
    typeof crypto.hash === 'function'
      ? crypto.hash('sha256', text)
      : crypto.createHash('sha256').update(text).digest('hex'),
  hmacSha256: (key, text) => crypto.createHmac('sha256', secretKey(key)).update(text).digest(),
  signingKey: (bytes) => preparedKey('sha256', bytes, 'hex'),
  secretKeySha1: (secret) => preparedKey('sha1', Buffer.from(secret), 'base64'),
};

// Node 24.18 to 24.21 take ten times as long for a Buffer key as for a KeyObject.
function secretKey(key: string | Uint8Array): KeyObject {
  return typeof key === 'string' ? crypto.createSecretKey(key, 'utf8') : crypto.createSecretKey(key);
}
