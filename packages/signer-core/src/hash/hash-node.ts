import * as crypto from 'node:crypto';
import type { Hash } from './hash.ts';
import { preparedKey } from './prepared-key-node.ts';

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
function secretKey(key: string | Uint8Array): crypto.KeyObject {
  return typeof key === 'string' ? crypto.createSecretKey(key, 'utf8') : crypto.createSecretKey(key);
}
