/** Does the work: the register goes in and comes out not inverted, unsigned. */
export interface Engine {
  advance(bytes: Uint8Array, register: bigint): bigint;
}

/** A register is the inverse of a checksum. */
export const ALL_ONES = 0xffff_ffff_ffff_ffffn;
