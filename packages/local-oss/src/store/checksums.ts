import { createHash } from 'node:crypto';
import { createCrc64 } from '@ossgrant/crc64';

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
