import { crc64 } from '@ossgrant/crc64';
import { describe, expect, it } from 'vitest';
import { createBlockPool } from '../../src/file/block-pool.ts';

const BYTES = Buffer.from('the same bytes, wherever they are');

describe('the blocks of a download', () => {
  it.each([Infinity, 60_000])(
    'are summed alike inside and outside the pool, where %d bytes are expected',
    (expected) => {
      const pool = createBlockPool();
      const blocks = Array.from({ length: 40 }, () => pool.take(expected));
      for (const [index, block] of blocks.entries()) {
        block.set(BYTES, index);
        const [start, end] = [index, index + BYTES.length];
        const sum = pool.crc64(block.subarray(start + 4, end), pool.crc64(block.subarray(start, start + 4), 0n));
        expect(sum).toBe(crc64(BYTES));
      }
      for (const block of blocks) pool.give(block);
    },
  );

  it.each([Infinity, 60_000])('are never in two hands, where %d bytes are expected', (expected) => {
    const pool = createBlockPool();
    const blocks = Array.from({ length: 40 }, () => pool.take(expected));
    for (const [index, block] of blocks.entries()) block.fill(index);
    for (const [index, block] of blocks.entries()) expect(block.every((byte) => byte === index)).toBe(true);
    for (const block of blocks) pool.give(block);
  });

  it('are used again, also when a piece of one comes back', () => {
    const pool = createBlockPool();
    const block = pool.take(Infinity);
    pool.give(block.subarray(5, 9));
    expect(pool.take(Infinity).byteOffset).toBe(block.byteOffset);
  });

  it('are no longer than a small body', () => {
    expect(createBlockPool().take(100)).toHaveLength(100);
  });

  it('of small bodies are used again, by other downloads, too, and are in one hand however often they come back', () => {
    const block = createBlockPool().take(60_000);
    const pool = createBlockPool();
    pool.give(block);
    pool.give(block);
    const [first, second] = [pool.take(50_000), pool.take(50_000)];
    expect(first.byteOffset).toBe(block.byteOffset);
    expect(first).toHaveLength(50_000);
    expect(second.byteOffset).not.toBe(block.byteOffset);
    for (const taken of [first, second]) pool.give(taken);
  });
});
