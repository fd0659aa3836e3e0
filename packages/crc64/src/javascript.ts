import { type Engine, buildTables } from './engine.ts';

/** CRC-64 in plain JavaScript: slicing-by-8 on two 32-bit halves. */
export function startJavaScript(): Engine {
  const advance = createAdvance();
  return {
    advance(bytes, register): bigint {
      const [high, low] = advance(
        bytes,
        Number(BigInt.asIntN(32, register >> 32n)),
        Number(BigInt.asIntN(32, register)),
      );
      return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    },
  };
}

type Advance = (bytes: Uint8Array, high: number, low: number) => [high: number, low: number];

// A closure over the tables: the compiler treats them as constants, knows their lengths, and need not check indices.
function createAdvance(): Advance {
  const tables = buildTables(8);
  // Signed entries stay machine integers; unsigned ones would become doubles.
  const high = new Int32Array(tables.high.buffer);
  const low = new Int32Array(tables.low.buffer);
  // Each `as number` is an index below 2048 into a table of 2048.
  return (bytes, startHigh, startLow) => {
    let hi = startHigh | 0;
    let lo = startLow | 0;
    let at = 0;
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (const end = bytes.length - 7; at < end; at += 8) {
      const first = lo ^ words.getInt32(at, true);
      const second = hi ^ words.getInt32(at + 4, true);
      const a = 0x700 | (first & 0xff);
      const b = 0x600 | ((first >>> 8) & 0xff);
      const c = 0x500 | ((first >>> 16) & 0xff);
      const d = 0x400 | (first >>> 24);
      const e = 0x300 | (second & 0xff);
      const f = 0x200 | ((second >>> 8) & 0xff);
      const g = 0x100 | ((second >>> 16) & 0xff);
      const h = second >>> 24;
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
  };
}
