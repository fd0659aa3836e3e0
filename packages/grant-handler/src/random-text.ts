import { randomFillSync } from 'node:crypto';

// A call of the generator costs as much for 4 KiB as for 16 bytes.
const pool = Buffer.alloc(4096);
let taken = pool.length;

/** Random bytes of a cryptographic generator, at most 4096, as text. Each byte is given once, and not kept. */
export function randomText(bytes: number, encoding: 'hex' | 'base64url'): string {
  if (taken + bytes > pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  const text = pool.toString(encoding, taken, taken + bytes);
  pool.fill(0, taken, taken + bytes);
  taken += bytes;
  return text;
}
