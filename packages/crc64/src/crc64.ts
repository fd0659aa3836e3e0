import { buildTables, type Tables } from './tables.ts';

/** A checksum in the making. */
export interface Crc64 {
  /** Takes further bytes; returns itself. */
  update(bytes: Uint8Array): Crc64;
  /** Value so far, unsigned. More bytes may follow. */
  digest(): bigint;
}

let shared: Tables | undefined;

/**
 * Starts a CRC-64/XZ checksum, as OSS gives it in `x-oss-hash-crc64ecma` (there as unsigned decimal text).
 *
 * @param initial checksum of the bytes before, for going on where another stopped
 * @example
 * createCrc64().update(new TextEncoder().encode('hello world')).digest(); // 5981764153023615706n
 */
export function createCrc64(initial = 0n): Crc64 {
  // Constant once built, so sharing it is no state.
  shared ??= buildTables();
  const { high, low } = shared;
  let hi = ~Number(BigInt.asUintN(32, initial >> 32n)) >>> 0;
  let lo = ~Number(BigInt.asUintN(32, initial)) >>> 0;

  return {
    update(bytes): Crc64 {
      [hi, lo] = advance(bytes, hi, lo, high, low);
      return this;
    },
    digest: () => (BigInt(~hi >>> 0) << 32n) | BigInt(~lo >>> 0),
  };
}

/** CRC-64/XZ of bytes at hand. */
export function crc64(bytes: Uint8Array): bigint {
  return createCrc64().update(bytes).digest();
}

// Slicing-by-8 on two 32-bit halves. The `as number` are indices below 2048 into tables of 2048.
function advance(
  bytes: Uint8Array,
  startHigh: number,
  startLow: number,
  high: Uint32Array,
  low: Uint32Array,
): [high: number, low: number] {
  let hi = startHigh;
  let lo = startLow;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const a = 0x700 | ((lo ^ (bytes[at] as number)) & 0xff);
    const b = 0x600 | (((lo >>> 8) ^ (bytes[at + 1] as number)) & 0xff);
    const c = 0x500 | (((lo >>> 16) ^ (bytes[at + 2] as number)) & 0xff);
    const d = 0x400 | ((lo >>> 24) ^ (bytes[at + 3] as number));
    const e = 0x300 | ((hi ^ (bytes[at + 4] as number)) & 0xff);
    const f = 0x200 | (((hi >>> 8) ^ (bytes[at + 5] as number)) & 0xff);
    const g = 0x100 | (((hi >>> 16) ^ (bytes[at + 6] as number)) & 0xff);
    const h = (hi >>> 24) ^ (bytes[at + 7] as number);
    hi = (high[a] as number) ^ (high[b] as number) ^ (high[c] as number) ^ (high[d] as number);
    hi ^= (high[e] as number) ^ (high[f] as number) ^ (high[g] as number) ^ (high[h] as number);
    lo = (low[a] as number) ^ (low[b] as number) ^ (low[c] as number) ^ (low[d] as number);
    lo ^= (low[e] as number) ^ (low[f] as number) ^ (low[g] as number) ^ (low[h] as number);
  }
  for (; at < bytes.length; at += 1) {
    const index = (lo ^ (bytes[at] as number)) & 0xff;
    lo = ((lo >>> 8) | (hi << 24)) ^ (low[index] as number);
    hi = (hi >>> 8) ^ (high[index] as number);
  }
  return [hi, lo];
}
