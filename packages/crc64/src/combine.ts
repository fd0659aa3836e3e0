import { checkCrc, checkLength } from './check.ts';

// x^64 is left out, as usual; bit 63 is x^0 in this reflected form. Polynomials are two 32-bit halves, which are far faster than
// big integers.
const POLYNOMIAL: Halves = [0xc96c5795, 0xd7870f42];
const X_TO_THE_8: Halves = [0x0080_0000, 0];

type Halves = readonly [high: number, low: number];

/**
 * Computes the CRC-64/XZ of two joined byte strings from their checksums: parts may be summed in any order and combined.
 *
 * crc(A || B) = crc(A) * x^(8 * |B|) mod P xor crc(B).
 *
 * @param lengthB length of the second string, in bytes
 * @throws TypeError for an argument of another type
 * @throws RangeError when `lengthB` is not a whole number from 0, or a checksum has more than 64 bits or a sign
 */
export function combineCrc64(crcA: bigint, crcB: bigint, lengthB: number): bigint {
  checkCrc('combineCrc64', 'crcA', crcA);
  checkCrc('combineCrc64', 'crcB', crcB);
  checkLength('combineCrc64', 'lengthB', lengthB);
  let product: Halves = [Number(BigInt.asUintN(32, crcA >> 32n)), Number(BigInt.asUintN(32, crcA))];
  let power = X_TO_THE_8;
  for (let rest = lengthB; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) product = multiply(product, power);
    power = multiply(power, power);
  }
  return ((BigInt(product[0]) << 32n) | BigInt(product[1])) ^ crcB;
}

// Product of two polynomials modulo P.
function multiply([aHigh, aLow]: Halves, b: Halves): Halves {
  let [bHigh, bLow] = b;
  let [high, low] = [0, 0];
  for (let bit = 0; bit < 64; bit += 1) {
    // All ones where the bit is set, otherwise none: a branch would be unpredictable.
    const mask = -(((bit < 32 ? aHigh : aLow) >>> (31 - (bit & 31))) & 1);
    high ^= bHigh & mask;
    low ^= bLow & mask;
    const carry = -(bLow & 1);
    bLow = (bLow >>> 1) | (bHigh << 31);
    bHigh >>>= 1;
    bHigh ^= POLYNOMIAL[0] & carry;
    bLow ^= POLYNOMIAL[1] & carry;
  }
  return [high >>> 0, low >>> 0];
}
