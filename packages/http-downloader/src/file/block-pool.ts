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
const short = createPooledMemory(SHORT, MOST_SHORT);

/** Makes the blocks of one download. Beyond those of the pool they are ordinary memory. */
export function createBlockPool(): BlockPool {
  const long = createPooledMemory(SIZE, COUNT);
  return {
    take(expected): Uint8Array {
      if (expected <= SHORT) return short.take()?.subarray(0, expected) ?? new Uint8Array(expected);
      if (expected <= SMALL) return new Uint8Array(expected);
      return long.take() ?? new Uint8Array(SMALL);
    },
    give(bytes): void {
      short.give(bytes);
      long.give(bytes);
    },
    crc64: (bytes, initial) =>
      short.crc64(bytes, initial) ?? long.crc64(bytes, initial) ?? createCrc64(initial).update(bytes).digest(),
  };
}

/** So many blocks of one length in one memory, which is there from the first `take` on. */
interface PooledMemory {
  /** Undefined when all are in use. */
  take(): Uint8Array | undefined;
  /** Takes back a block, or a piece of one. Nothing happens for one that is not in use, or not of this memory. */
  give(bytes: Uint8Array): void;
  /** Undefined for bytes elsewhere. */
  crc64(bytes: Uint8Array, initial: bigint): bigint | undefined;
}

function createPooledMemory(size: number, count: number): PooledMemory {
  let memory: Crc64Memory | undefined;
  const free: number[] = [];
  // A block that is given back twice must not be handed out twice.
  const inUse = new Set<number>();
  return {
    take(): Uint8Array | undefined {
      if (memory === undefined) {
        memory = createCrc64Memory(count * size);
        for (let start = (count - 1) * size; start >= 0; start -= size) free.push(start);
      }
      // The block that was given back last: the processor's cache holds it, and unneeded memory is never touched.
      const start = free.pop();
      if (start === undefined) return undefined;
      inUse.add(start);
      return memory.bytes.subarray(start, start + size);
    },
    give(bytes): void {
      if (bytes.buffer !== memory?.bytes.buffer) return;
      const at = bytes.byteOffset - memory.bytes.byteOffset;
      const start = at - (at % size);
      if (inUse.delete(start)) free.push(start);
    },
    crc64(bytes, initial): bigint | undefined {
      if (bytes.buffer !== memory?.bytes.buffer) return undefined;
      const start = bytes.byteOffset - memory.bytes.byteOffset;
      return memory.crc64(start, start + bytes.length, initial);
    },
  };
}
