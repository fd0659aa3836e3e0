import type { Blocks } from '../transport/transport.ts';

/** Reusable memory for one download: a browser frees what it allocates for reads only when hundreds of MiB are waiting. */
export interface DownloadMemory {
  /** For received bytes, which must be copied before they are given back. */
  readonly blocks: Blocks;
  /** Takes memory for the next segment of a range with so many bytes left. It may be longer or shorter than these. */
  takeSegment(bytes: number): Uint8Array<ArrayBuffer>;
  /** Takes back a segment that has been written. */
  giveSegment(segment: Uint8Array<ArrayBuffer>): void;
}

const BLOCK_BYTES = 1 << 16;
// A file shows its bytes only when it is closed: what a crash or a reload loses of each connection is at most this.
const SEGMENT_BYTES = 8 << 20;

/** @param reusesSegments whether nothing holds on to the bytes of a segment once it has been written */
export function createMemory(reusesSegments: boolean): DownloadMemory {
  // A block that is given back twice must not be handed out twice.
  const free = new Set<ArrayBufferLike>();
  const segments: Uint8Array<ArrayBuffer>[] = [];
  let lent = 0;
  return {
    blocks: {
      take(): Uint8Array {
        const [buffer = new ArrayBuffer(BLOCK_BYTES)] = free;
        free.delete(buffer);
        lent += 1;
        return new Uint8Array(buffer);
      },
      give({ buffer }): void {
        // Where a browser cannot fill blocks, the bytes are in memory of its own.
        if (lent === 0 || buffer.byteLength !== BLOCK_BYTES) return;
        lent -= 1;
        free.add(buffer);
      },
    },
    takeSegment: (bytes) => segments.pop() ?? new Uint8Array(Math.min(bytes, SEGMENT_BYTES)),
    giveSegment(segment): void {
      if (reusesSegments && segment.length === SEGMENT_BYTES) segments.push(segment);
    },
  };
}
