import { createHash } from 'node:crypto';
import { createCrc64 } from '@ossgrant/crc64';
import { Refusal, invalidDigest } from '../http/refusal.ts';
import type { Blob, BlobWriter } from './backend.ts';
import type { Incoming } from './object-store.ts';

/** Checksums of a body while it passes. */
export interface Checksums {
  update(chunk: Uint8Array): void;
  finish(): { readonly md5: Buffer; readonly crc64: bigint };
}

export function createChecksums(initialCrc64?: bigint): Checksums {
  const md5 = createHash('md5');
  const crc = createCrc64(initialCrc64);
  return {
    update(chunk): void {
      md5.update(chunk);
      crc.update(chunk);
    },
    finish: () => ({ md5: md5.digest(), crc64: crc.digest() }),
  };
}

/** Bytes that arrived completely. */
export interface Received {
  readonly blob: Blob;
  readonly md5: Buffer;
  readonly crc64: bigint;
}

/** Most bytes that PutObject, PostObject and UploadPart take: 5 GB. */
export const MAX_PUT_BYTES: number = 5 * 1024 ** 3;

/**
 * Receives bytes: all of them or none.
 *
 * @param initialCrc64 checksum of what the bytes are added to; the MD5 is always theirs alone
 * @throws Refusal EntityTooLarge, IncompleteBody or InvalidDigest
 */
export async function receive(
  incoming: Incoming,
  newBlob: () => Promise<BlobWriter>,
  initialCrc64?: bigint,
): Promise<Received> {
  const { maxBytes = Infinity } = incoming;
  if ((incoming.length ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const writer = await newBlob();
  try {
    const checksums = createChecksums(initialCrc64);
    let size = 0;
    for await (const chunk of incoming.body) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      checksums.update(chunk);
      await writer.write(chunk);
    }
    if (incoming.length !== undefined && size !== incoming.length) {
      throw new Refusal({ status: 400, code: 'IncompleteBody', message: 'The request body is incomplete.' });
    }
    const { md5, crc64 } = checksums.finish();
    if (incoming.expectedMd5 !== undefined && incoming.expectedMd5 !== md5.toString('base64')) throw invalidDigest();
    return { blob: await writer.finish(), md5, crc64 };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** 400 EntityTooLarge. */
export function tooLarge(maxBytes: number): Refusal {
  return new Refusal({
    status: 400,
    code: 'EntityTooLarge',
    message: 'Your proposed upload exceeds the maximum allowed size.',
    details: { MaxSizeAllowed: maxBytes },
  });
}
