/** Does the work. The register is passed in and returned unsigned, without the inversion at the end. */
export interface Engine {
  advance(bytes: Uint8Array, register: bigint): bigint;
}

/** A register is the inverse of a checksum. */
export const ALL_ONES = 0xffff_ffff_ffff_ffffn;

/** The polynomial of CRC-64/XZ (ECMA-182), reflected, as two 32-bit halves. */
const POLYNOMIAL_HIGH = 0xc96c5795;
const POLYNOMIAL_LOW = 0xd7870f42;

/** Slicing tables, high and low halves: entry `slice * 256 + byte`. */
export interface Tables {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** Builds the tables for that many bytes at a time, in well under a millisecond. */
export function buildTables(slices: number): Tables {
  const high = new Uint32Array(slices * 256);
  const low = new Uint32Array(slices * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let hi = 0;
    let lo = byte;
    for (let bit = 0; bit < 8; bit += 1) {
      const carry = lo & 1;
      lo = (lo >>> 1) | (hi << 31);
      hi >>>= 1;
      if (carry !== 0) {
        hi ^= POLYNOMIAL_HIGH;
        lo ^= POLYNOMIAL_LOW;
      }
    }
    high[byte] = hi;
    low[byte] = lo;
  }
  // Each further slice is the one before, advanced by a zero byte.
  for (let index = 256; index < slices * 256; index += 1) {
    const hi = high[index - 256] ?? 0;
    const lo = low[index - 256] ?? 0;
    high[index] = (hi >>> 8) ^ (high[lo & 0xff] ?? 0);
    low[index] = ((lo >>> 8) | (hi << 24)) ^ (low[lo & 0xff] ?? 0);
  }
  return { high, low };
}
