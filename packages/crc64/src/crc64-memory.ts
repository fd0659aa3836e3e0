import { createCrc64 } from './crc64.ts';
import { ALL_ONES } from './engine.ts';
import { startWasm } from './wasm.ts';

/** Memory whose bytes are summed where they are. */
export interface Crc64Memory {
  readonly bytes: Uint8Array;
  /**
   * CRC-64/XZ of the bytes from `start` up to, not including, `end`.
   *
   * @param initial checksum of the bytes before
   * @throws RangeError when they do not lie in the memory
   */
  crc64(start: number, end: number, initial?: bigint): bigint;
}

/**
 * Sets up memory for bytes that are to be summed: `createCrc64` copies them to where WebAssembly can see them, this has them
 * there. Its length never changes, and it is freed as any other memory is.
 *
 * @param length in bytes
 */
export function createCrc64Memory(length: number): Crc64Memory {
  const wasm = startWasm(length);
  const bytes = wasm?.memory ?? new Uint8Array(length);
  return {
    bytes,
    crc64(start, end, initial = 0n): bigint {
      if (!(start >= 0 && start <= end && end <= length))
        throw new RangeError(`no bytes ${start} to ${end} of ${length}`);
      const piece = bytes.subarray(start, end);
      if (wasm === undefined) return createCrc64(initial).update(piece).digest();
      return wasm.advance(piece, initial ^ ALL_ONES) ^ ALL_ONES;
    },
  };
}
