import { Readable } from 'node:stream';
import type { Backend, Blob, BlobWriter } from './backend.ts';

/** Keeps everything in memory: the default, gone with the server. */
export function createMemoryBackend(): Backend {
  return {
    load: () => [],
    saveBucket: () => undefined,
    removeBucket: () => undefined,
    saveObject: () => undefined,
    removeObject: () => undefined,
    newBlob: async () => memoryWriter([]),
    extendBlob: async (_, blob) => memoryWriter((blob as MemoryBlob).chunks),
  };
}

interface MemoryBlob extends Blob {
  readonly chunks: readonly Buffer[];
}

function memoryWriter(before: readonly Buffer[]): BlobWriter {
  const chunks = [...before];
  return {
    write: async (chunk) => void chunks.push(chunk),
    finish: async () => memoryBlob(chunks),
    discard: async () => void chunks.splice(0),
  };
}

// The chunks stay as they came: joining them would need twice the memory.
function memoryBlob(chunks: readonly Buffer[]): MemoryBlob {
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return {
    size,
    name: '',
    chunks,
    read: (start, end) => Readable.from(slices(chunks, start, end), { objectMode: false, highWaterMark: 1 << 20 }),
    remove: () => undefined,
  };
}

function* slices(chunks: readonly Buffer[], start: number, end: number): Generator<Buffer> {
  let position = 0;
  for (const chunk of chunks) {
    const from = Math.max(start - position, 0);
    const to = Math.min(end + 1 - position, chunk.length);
    if (from < to) yield chunk.subarray(from, to);
    position += chunk.length;
    if (position > end) return;
  }
}
