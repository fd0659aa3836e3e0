/** Memory that bodies are received into. */
export interface Blocks {
  /** An empty block for a body of which at most so many bytes are to come; `Infinity` when that is not known. */
  take(expected: number): Uint8Array;
  /** Takes a block, or a piece of one, back: its bytes are not needed any more. */
  give(bytes: Uint8Array): void;
}

const SIZE = 1 << 16;

/** Ordinary memory: whoever reads the bytes may keep them. */
export const plainBlocks: Blocks = {
  take: (expected) => new Uint8Array(Math.min(SIZE, expected)),
  give: () => {},
};
