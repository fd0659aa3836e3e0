import { beforeAll, describe, expect, test } from 'vitest';
import { AnchorError, type AnchorSigner, createAnchorSigner, readAnchors, readCursor } from '../../src/audit/index.ts';
import { auditKey, NOW } from './log.ts';

const HEADS = [
  { shard: 0, seq: 0, hash: '00'.repeat(32) },
  { shard: 3, seq: 10, hash: 'ab'.repeat(32) },
  { shard: 63, seq: 2 ** 40, hash: 'cd'.repeat(32) },
];

let signer: AnchorSigner;
beforeAll(async () => void (signer = await createAnchorSigner(auditKey())));

test.each([[''], ['v1'], ['v2.1'], [`v1${'.1'.repeat(63)}`], [`v1${'.1'.repeat(63)}.x`], [`v1${'.1'.repeat(65)}`]])(
  'does not take "%s" for a cursor',
  (text) => {
    expect(readCursor(text)).toBeUndefined();
  },
);

describe('anchors', () => {
  test('of two keys verify by both, and of another key by none', async () => {
    const rotated = await createAnchorSigner(auditKey());
    const lines = [await signer.sign(HEADS, NOW), await rotated.sign(HEADS, NOW + 1)];
    const both = await readAnchors(lines, `${signer.publicKey}\n${rotated.publicKey}`);
    expect(both.anchors.map(({ heads }) => heads)).toEqual([HEADS.slice(1), HEADS.slice(1)]);
    await expect(readAnchors(lines, signer.publicKey)).rejects.toThrow(AnchorError);
    await expect(readAnchors(lines, signer.publicKey)).rejects.toThrow(/line 2/);
  });

  test('that were changed are refused, and lines that were cut short are counted', async () => {
    const line = await signer.sign(HEADS, NOW);
    const [header, payload = '', signature] = line.split('.');
    const heads = Buffer.from(payload, 'base64url').toString().replace('[3,10', '[3,9');
    const forged = [header, Buffer.from(heads).toString('base64url'), signature].join('.');
    await expect(readAnchors([line, forged], signer.publicKey)).rejects.toThrow(/line 2/);
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    await expect(readAnchors([[none, payload, signature].join('.')], signer.publicKey)).rejects.toThrow(/line 1/);
    expect(await readAnchors([line.slice(0, 300), '', line], signer.publicKey)).toMatchObject({ torn: 1 });
  });

  test.each([['no key'], ['-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----']])(
    'are not signed with "%s", which no message repeats',
    async (text) => {
      await expect(createAnchorSigner(text)).rejects.toThrow(/Ed25519/);
      await expect(createAnchorSigner(text)).rejects.not.toThrow(/secret/);
    },
  );
});
