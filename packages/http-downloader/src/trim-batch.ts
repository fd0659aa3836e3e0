/** Length of all chunks, in bytes. */
export function sizeOf(batch: readonly Uint8Array[]): number {
  let size = 0;
  for (const chunk of batch) size += chunk.length;
  return size;
}

/** The bytes of a batch from offset `from` up to, not including, `to`; either may lie outside. Copies nothing. */
export function trimBatch(batch: readonly Uint8Array[], from: number, to: number): readonly Uint8Array[] {
  const size = sizeOf(batch);
  if (from <= 0 && to >= size) return batch;
  const kept: Uint8Array[] = [];
  let at = 0;
  for (const chunk of batch) {
    const piece = chunk.subarray(Math.max(0, from - at), Math.max(0, Math.min(chunk.length, to - at)));
    if (piece.length > 0) kept.push(piece);
    at += chunk.length;
  }
  return kept;
}
