import { ALL_ONES, type Engine } from './engine.ts';
import { startJavaScript } from './javascript.ts';
import { startWasm } from './wasm.ts';

/** A checksum in the making. */
export interface Crc64 {
  /** Takes further bytes; returns itself. */
  update(bytes: Uint8Array): Crc64;
  /** Value so far, unsigned. More bytes may follow. */
  digest(): bigint;
}

// Room for what is copied; what has been read at once mostly fits, and the processor's cache holds it.
const CAPACITY = 65_536;

let shared: Engine | undefined;

/**
 * Starts a CRC-64/XZ checksum, as OSS gives it in `x-oss-hash-crc64ecma` (there as unsigned decimal text).
 *
 * @param initial checksum of the bytes before, for going on where another stopped
 * @example
 * createCrc64().update(new TextEncoder().encode('hello world')).digest(); // 5981764153023615706n
 */
export function createCrc64(initial = 0n): Crc64 {
  // Constant once started, and without state between calls, so sharing it is not state.
  shared ??= startWasm(CAPACITY) ?? startJavaScript();
  const engine = shared;
  let register = BigInt.asUintN(64, initial) ^ ALL_ONES;
  return {
    update(bytes): Crc64 {
      register = engine.advance(bytes, register);
      return this;
    },
    digest: () => register ^ ALL_ONES,
  };
}

/** CRC-64/XZ of bytes at hand. */
export function crc64(bytes: Uint8Array): bigint {
  return createCrc64().update(bytes).digest();
}

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
