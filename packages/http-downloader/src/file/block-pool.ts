import { createCrc64, createCrc64Memory, type Crc64Memory } from '@ossgrant/crc64';
import type { Blocks } from '../transport/transport.ts';

/** Blocks that are summed and written from where they are: each byte is copied once. */
export interface BlockPool extends Blocks {
  /** Checksum of the bytes, going on from `initial`. */
  crc64(bytes: Uint8Array, initial: bigint): bigint;
}

const SIZE = 1 << 20;
// Two to write and one to fill for eight connections.
const COUNT = 24;
// The pool is not set up for smaller bodies. Blocks beyond the pool have this size.
const SMALL = 1 << 18;

// Bodies of small objects follow one another quickly: fresh memory for each would have to be zeroed, and collected.
const SHORT = 1 << 16;
const MOST_SHORT = 32;
const short: Uint8Array[] = [];
const shortBuffers = new WeakSet<ArrayBufferLike>();

function takeShort(): Uint8Array {
  const block = short.pop() ?? new Uint8Array(SHORT);
  shortBuffers.add(block.buffer);
  return block;
}

/** Makes the blocks of one download. Beyond those of the pool they are ordinary memory. */
export function createBlockPool(): BlockPool {
  let memory: Crc64Memory | undefined;
  const free: number[] = [];
  return {
    take(expected): Uint8Array {
      if (expected <= SHORT) return takeShort().subarray(0, expected);
      if (expected <= SMALL) return new Uint8Array(expected);
      if (memory === undefined) {
        memory = createCrc64Memory(COUNT * SIZE);
        for (let start = (COUNT - 1) * SIZE; start >= 0; start -= SIZE) free.push(start);
      }
      // The block that was given back last: the processor's cache holds it, and unneeded memory is never touched.
      const start = free.pop();
      return start === undefined ? new Uint8Array(SMALL) : memory.bytes.subarray(start, start + SIZE);
    },
    give(bytes): void {
      // Out of the set while nobody has it: a block that is given back twice must not be handed out twice.
      if (shortBuffers.delete(bytes.buffer) && short.length < MOST_SHORT) short.push(new Uint8Array(bytes.buffer));
      if (bytes.buffer !== memory?.bytes.buffer) return;
      const start = bytes.byteOffset - memory.bytes.byteOffset;
      free.push(start - (start % SIZE));
    },
    crc64(bytes, initial): bigint {
      if (bytes.buffer !== memory?.bytes.buffer) return createCrc64(initial).update(bytes).digest();
      const start = bytes.byteOffset - memory.bytes.byteOffset;
      return memory.crc64(start, start + bytes.length, initial);
    },
  };
}
