const MIB = 1 << 20;

/** Objects up to this size are fetched by one request. */
export const FIRST_PART: number = 8 * MIB;

/** Most connections of one download. */
export const MAX_CONNECTIONS = 16;

// Keeps the checkpoint of the largest object (48.8 TB) at some thousand entries.
const MAX_PARTS = 4000;

/** Size of the parts, in bytes: whole MiB. */
export function partSizeFor(size: number): number {
  return Math.max(FIRST_PART, Math.ceil(size / MAX_PARTS / MIB) * MIB);
}
