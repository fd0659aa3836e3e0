import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { randomText } from './random-text.ts';

/** A key that tokens are made with. */
export interface TokenKey {
  /** 0 to 255; is part of each token, so that old tokens stay good while their key is listed. */
  readonly version: number;
  /** At least 32 random bytes. */
  readonly key: Uint8Array;
}

/** What a token opens: one made for the first never opens the second. */
export type TokenKind = 'share' | 'handle' | 'session' | 'sign-in';

const ID_BYTES = 16;
const TAG_BYTES = 16;
const LENGTH = 1 + ID_BYTES + TAG_BYTES;
const TEXT = /^[\w-]{44}$/;

/** Makes and opens tokens. */
export interface Tokens {
  readonly newest: number;
  /** @throws RangeError for a version whose key is no longer listed */
  seal(kind: TokenKind, id: string, version: number): string;
  /** The id, or `undefined` for everything that was not sealed with one of the keys: no query is needed to refuse a guess. */
  open(kind: TokenKind, token: string): string | undefined;
  /** A keyed digest of text that must not be guessed from its digest. */
  digest(text: string): string;
}

/** A fresh id: 16 random bytes in hexadecimal. */
export function newId(): string {
  return randomText(ID_BYTES, 'hex');
}

/** @throws TypeError or RangeError for keys that cannot be used */
export function createTokens(keys: readonly TokenKey[]): Tokens {
  const [newest] = keys;
  if (newest === undefined) throw new TypeError('tokenKeys must hold at least one key of 32 random bytes');
  // Node 24.18 to 24.21 take ten times as long for bytes as for a KeyObject.
  const byVersion = new Map<number, KeyObject>();
  for (const { version, key } of keys) {
    if (!Number.isInteger(version) || version < 0 || version > 255 || byVersion.has(version)) {
      throw new RangeError(`tokenKeys: version ${version} must be a whole number from 0 to 255, and each must differ`);
    }
    if (key.length < 32) throw new RangeError(`tokenKeys: the key of version ${version} must have at least 32 bytes`);
    byVersion.set(version, createSecretKey(key));
  }

  function tag(kind: TokenKind, key: KeyObject, head: Uint8Array): Buffer {
    return createHmac('sha256', key).update(`ossgrant ${kind} 1\n`).update(head).digest().subarray(0, TAG_BYTES);
  }

  return {
    newest: newest.version,
    seal(kind, id, version) {
      const key = byVersion.get(version);
      if (key === undefined) {
        throw new RangeError(`the token key of version ${version} is not configured: add it to the token keys again`);
      }
      const head = Buffer.concat([Uint8Array.of(version), Buffer.from(id, 'hex')]);
      return Buffer.concat([head, tag(kind, key, head)]).toString('base64url');
    },
    open(kind, token) {
      if (!TEXT.test(token)) return undefined;
      const bytes = Buffer.from(token, 'base64url');
      const key = byVersion.get(bytes[0] ?? 0);
      if (key === undefined || bytes.length !== LENGTH) return undefined;
      const head = bytes.subarray(0, 1 + ID_BYTES);
      if (!timingSafeEqual(tag(kind, key, head), bytes.subarray(1 + ID_BYTES))) return undefined;
      return head.toString('hex', 1);
    },
    digest: (text) => createHmac('sha256', newest.key).update('ossgrant digest 1\n').update(text).digest('hex'),
  };
}
