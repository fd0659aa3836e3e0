import type { Engine } from './engine.ts';
import { buildTables } from './tables.ts';

/** CRC-64 in plain JavaScript: slicing-by-8 on two 32-bit halves. */
export function startJavaScript(): Engine {
  const tables = buildTables(8);
  // Signed entries stay machine integers, where unsigned ones become doubles.
  const high = new Int32Array(tables.high.buffer);
  const low = new Int32Array(tables.low.buffer);
  return {
    advance(bytes, register): bigint {
      const hi = Number(BigInt.asIntN(32, register >> 32n));
      const lo = Number(BigInt.asIntN(32, register));
      const [nextHigh, nextLow] = advance(bytes, hi, lo, high, low);
      return (BigInt(nextHigh >>> 0) << 32n) | BigInt(nextLow >>> 0);
    },
  };
}

// The `as number` are indices below 2048 into tables of 2048.
function advance(
  bytes: Uint8Array,
  startHigh: number,
  startLow: number,
  high: Int32Array,
  low: Int32Array,
): [high: number, low: number] {
  let hi = startHigh | 0;
  let lo = startLow | 0;
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
