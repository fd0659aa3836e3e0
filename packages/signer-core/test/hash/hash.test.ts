import fc from 'fast-check';
import { hash as chosen } from '#hash';
import { describe, expect, it } from 'vitest';
import { hash as noble } from '../../src/hash/hash-noble.ts';
import { hash as node } from '../../src/hash/hash-node.ts';
import { loadVectors } from '../load-vectors.ts';
import { stepsV1, stepsV4 } from '../sign-vector.ts';

// Every UTF-16 text, lone surrogates too: both must replace those alike.
const utf16 = fc.array(fc.nat(0xffff), { maxLength: 300 }).map((units) => String.fromCharCode(...units));
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme' }), utf16);
const key = fc.oneof(text, fc.uint8Array({ maxLength: 200 }));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('node:crypto and @noble/hashes', () => {
  it('give the same SHA-256 of any text', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(noble.sha256Hex(value)).toBe(node.sha256Hex(value));
      }),
    );
  });

  it('give the same HMAC-SHA256 under any key, text or bytes, longer than a block or empty', () => {
    fc.assert(
      fc.property(key, text, (secret, value) => {
        expect(hex(noble.hmacSha256(secret, value))).toBe(hex(node.hmacSha256(secret, value)));
      }),
    );
  });

  it('give the same signatures with a prepared key, used more than once', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.array(text, { maxLength: 4 }), (bytes, texts) => {
        const [ours, theirs] = [node.signingKey(bytes), noble.signingKey(bytes)];
        for (const value of [...texts, ...texts]) expect(theirs.sign(value)).toBe(ours.sign(value));
      }),
    );
  });

  it('sign a head and a tail as one text, whatever head came before', () => {
    const line = fc.string({ maxLength: 1200 });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), line, line, line, (bytes, one, two, tail) => {
        for (const hash of [node, noble]) {
          const prepared = hash.signingKey(bytes);
          for (const head of [one, two, one, one])
            expect(prepared.sign(head, tail)).toBe(node.signingKey(bytes).sign(head + tail));
        }
      }),
    );
  });

  it('give the same HMAC-SHA1 in base64', () => {
    fc.assert(
      fc.property(text, text, (secret, value) => {
        expect(noble.secretKeySha1(secret).sign(value)).toBe(node.secretKeySha1(secret).sign(value));
      }),
    );
  });

  it('keep the prepared key when the caller wipes the bytes it was made of', () => {
    for (const hash of [node, noble]) {
      const bytes = new Uint8Array(32).fill(7);
      const prepared = hash.signingKey(bytes);
      const before = prepared.sign('text');
      bytes.fill(0);
      expect(prepared.sign('text')).toBe(before);
    }
  });
});

describe('@noble/hashes signs every vector', () => {
  it.each(['v1-header', 'v1-url'])('%s', (scheme) => {
    for (const vector of loadVectors(scheme)) {
      const { stringToSign, signature } = stepsV1(vector);
      expect(noble.secretKeySha1(vector.input.sk).sign(stringToSign), vector.id).toBe(signature);
    }
  });

  it.each(['v4-header', 'v4-url'])('%s', (scheme) => {
    for (const vector of loadVectors(scheme)) {
      const { canonicalRequest = '', stringToSign, signature } = stepsV4(vector);
      const [, , scope = '', digest] = stringToSign.split('\n');
      expect(noble.sha256Hex(canonicalRequest), vector.id).toBe(digest);
      const secret = new TextEncoder().encode(`aliyun_v4${vector.input.sk}`);
      const derived = scope.split('/').reduce<Uint8Array>((last, part) => noble.hmacSha256(last, part), secret);
      expect(noble.signingKey(derived).sign(stringToSign), vector.id).toBe(signature);
    }
  });
});

it('takes node:crypto on Node', () => {
  expect(chosen).toBe(node);
});
