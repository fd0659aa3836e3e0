import { checkBytes, checkCrc, checkLength } from './check.ts';
import { ALL_ONES, type Engine } from './engine.ts';
import { startJavaScript } from './javascript.ts';
import { startWasm } from './wasm.ts';

/** A checksum that grows with the bytes. */
export interface Crc64 {
  /** Adds further bytes; returns itself. @throws TypeError when they are not a Uint8Array */
  update(bytes: Uint8Array): Crc64;
  /** Returns the checksum of the bytes so far, unsigned. More bytes may follow. */
  digest(): bigint;
}

// Room for copied bytes: most reads fit, and the processor's cache holds it.
const CAPACITY = 65_536;

let shared: Engine | undefined;

/**
 * Starts a CRC-64/XZ checksum, as OSS sends it in `x-oss-hash-crc64ecma` (there as unsigned decimal text).
 *
 * @param initial checksum of the bytes before, to continue it
 * @throws TypeError when `initial` is not a bigint, RangeError when it has more than 64 bits or a sign
 * @example
 * createCrc64().update(new TextEncoder().encode('hello world')).digest(); // 5981764153023615706n
 */
export function createCrc64(initial = 0n): Crc64 {
  checkCrc('createCrc64', 'initial', initial);
  // Constant once started, and without state between calls: sharing it shares no state.
  shared ??= startWasm(CAPACITY) ?? startJavaScript();
  const engine = shared;
  let register = initial ^ ALL_ONES;
  return {
    update(bytes): Crc64 {
      checkBytes('update', bytes);
      register = engine.advance(bytes, register);
      return this;
    },
    digest: () => register ^ ALL_ONES,
  };
}

/** Computes the CRC-64/XZ of bytes. @throws TypeError when they are not a Uint8Array */
export function crc64(bytes: Uint8Array): bigint {
  checkBytes('crc64', bytes);
  return createCrc64().update(bytes).digest();
}

/** Memory whose bytes are summed in place. */
export interface Crc64Memory {
  /** All of the memory, of the requested length; filled with zeros at first. Write the bytes to sum here. */
  readonly bytes: Uint8Array;
  /**
   * Computes the CRC-64/XZ of the bytes from `start` up to, not including, `end`.
   *
   * @param initial checksum of the bytes before
   * @throws RangeError when they do not lie in the memory
   */
  crc64(start: number, end: number, initial?: bigint): bigint;
}

/**
 * Allocates memory for bytes that will be summed: `createCrc64` copies bytes to where WebAssembly can see them, and here they are there
 * already. Its length never changes, and it is freed as any other memory is.
 *
 * @param length in bytes
 * @throws TypeError when `length` is not a number, RangeError when it is not a whole number from 0, or there is not so much memory
 */
export function createCrc64Memory(length: number): Crc64Memory {
  checkLength('createCrc64Memory', 'length', length);
  const wasm = startWasm(length);
  const bytes = wasm?.memory ?? new Uint8Array(length);
  return {
    bytes,
    crc64(start, end, initial = 0n): bigint {
      checkLength('crc64', 'start', start);
      checkLength('crc64', 'end', end);
      checkCrc('crc64', 'initial', initial);
      if (start > end || end > length) {
        throw new RangeError(`crc64: bytes ${start} to ${end} do not lie in a memory of ${length} bytes`);
      }
      const piece = bytes.subarray(start, end);
      if (wasm === undefined) return createCrc64(initial).update(piece).digest();
      return wasm.advance(piece, initial ^ ALL_ONES) ^ ALL_ONES;
    },
  };
}
