import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { brandErrors } from '@ossgrant/credentials-core/internal';
import { calculateJwkThumbprint, CompactSign, compactVerify, exportJWK } from 'jose';
import type { AuditHead } from '../records.ts';

// An anchor is the heads of all chains at one instant as a signed text (JWS, RFC 7515; Ed25519, RFC 8037) on one line. Each
// stands alone, so that any of them proves all events up to it, and removing one removes no other proof.
const TYPE = 'ossgrant-audit-anchor';
// 64 bytes of a signature, so that a line that was cut while it was written is not taken for a forged one.
const WHOLE = /^[\w-]+\.[\w-]+\.[\w-]{86}$/;

/** Signed heads of all chains. */
export interface Anchor {
  /** By the clock of the process that signed it. */
  readonly at: Date;
  /** Chains that have an event. */
  readonly heads: readonly AuditHead[];
  /** Whether it says that the events up to these heads were pruned. */
  readonly pruned: boolean;
}

/** Signs anchors. */
export interface AnchorSigner {
  /** What verifies its anchors, as PEM. It is not secret. */
  readonly publicKey: string;
  /** Says how far the chains reach. @param at milliseconds since the Unix epoch @returns one line, without its end */
  sign(heads: readonly AuditHead[], at: number): Promise<string>;
  /** Says that events up to the heads may be missing from now on. @returns one line, without its end */
  signPruned(heads: readonly AuditHead[], at: number): Promise<string>;
}

function ed25519(pem: string, read: (pem: string) => KeyObject, what: string): KeyObject {
  try {
    const key = read(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Its message could quote the key.
  }
  throw new TypeError(`the ${what} must be an Ed25519 key in PEM: openssl genpkey -algorithm ed25519`);
}

/** Makes a signer of a private key in PEM (PKCS#8). @throws TypeError for another key, without repeating it */
export async function createAnchorSigner(privateKey: string): Promise<AnchorSigner> {
  const key = ed25519(privateKey, createPrivateKey, 'audit key');
  const publicKey = createPublicKey(key);
  const kid = await calculateJwkThumbprint(await exportJWK(publicKey));
  async function sign(heads: readonly AuditHead[], at: number, pruned: boolean): Promise<string> {
    const rows = heads
      .filter(({ seq }) => seq > 0)
      .map(({ shard, seq, hash }) => [shard, seq, Buffer.from(hash, 'hex').toString('base64url')]);
    const payload = { at: new Date(at), heads: rows, ...(pruned ? { pruned } : {}) };
    return new CompactSign(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'EdDSA', typ: TYPE, kid })
      .sign(key);
  }
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (heads, at) => sign(heads, at, false),
    signPruned: (heads, at) => sign(heads, at, true),
  };
}

/** A line of anchors that cannot be trusted. `instanceof` also recognises errors of another copy of this package. */
export class AnchorError extends Error {
  static {
    brandErrors(this, '@ossgrant/AnchorError');
  }

  /** Also after a bundler has renamed the class. */
  override readonly name = 'AnchorError';
}

/** What a file of anchors says. */
export interface AnchorFile {
  /** In the order of the file. */
  readonly anchors: readonly Anchor[];
  /** Lines that were cut short, as by a crash while they were written. */
  readonly torn: number;
}

/**
 * Reads anchors, each on a line.
 *
 * @param publicKeys PEM of one or more keys; after a rotation the old one still verifies its anchors. A private key in PEM will do
 * @throws AnchorError for a line that none of the keys signed
 */
export async function readAnchors(
  lines: Iterable<string> | AsyncIterable<string>,
  publicKeys: string,
): Promise<AnchorFile> {
  const blocks = publicKeys.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? [''];
  const keys = blocks.map((pem) => ed25519(pem, createPublicKey, 'key of the anchors'));
  const anchors: Anchor[] = [];
  let torn = 0;
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    if (WHOLE.test(line.trim())) anchors.push(await verified(line.trim(), keys, number));
    else torn += 1;
  }
  return { anchors, torn };
}

async function verified(line: string, keys: readonly KeyObject[], number: number): Promise<Anchor> {
  for (const key of keys) {
    try {
      const { payload, protectedHeader } = await compactVerify(line, key, { algorithms: ['EdDSA', 'Ed25519'] });
      if (protectedHeader.typ === TYPE) return toAnchor(JSON.parse(new TextDecoder().decode(payload)));
    } catch {
      // Another key may have signed it.
    }
  }
  throw new AnchorError(
    `line ${number} of the anchors is not signed by the given key: it was changed, or needs its older key`,
  );
}

/** The form is the signer's own. */
function toAnchor(payload: { at: string; heads: readonly [number, number, string][]; pruned?: true }): Anchor {
  const heads = payload.heads.map(([shard, seq, hash]) => ({
    shard,
    seq,
    hash: Buffer.from(hash, 'base64url').toString('hex'),
  }));
  return { at: new Date(payload.at), heads, pruned: payload.pruned === true };
}
