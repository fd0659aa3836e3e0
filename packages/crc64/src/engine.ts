/** Does the work: the register goes in and comes out not inverted, unsigned. */
export interface Engine {
  advance(bytes: Uint8Array, register: bigint): bigint;
}
