// x^64 is left out, as is usual; bit 63 is x^0 in this reflected form.
const POLYNOMIAL = 0xc96c5795d7870f42n;
const ONE = 1n << 63n;
const X_TO_THE_8 = ONE >> 8n;

/**
 * CRC-64/XZ of two byte strings joined, from their checksums: parts may be checked in any order and combined.
 *
 * crc(A || B) = crc(A) * x^(8 * |B|) mod P xor crc(B).
 *
 * @param lengthB length of the second string, in bytes
 * @throws RangeError when `lengthB` is not a whole number from 0
 */
export function combineCrc64(crcA: bigint, crcB: bigint, lengthB: number): bigint {
  if (!Number.isSafeInteger(lengthB) || lengthB < 0) throw new RangeError('lengthB must be a whole number from 0');
  let factor = ONE;
  let power = X_TO_THE_8;
  for (let rest = lengthB; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) factor = multiply(factor, power);
    power = multiply(power, power);
  }
  return multiply(crcA, factor) ^ crcB;
}

// Product of two polynomials modulo P.
function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = ONE; bit !== 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) product ^= shifted;
    shifted = (shifted & 1n) === 0n ? shifted >> 1n : (shifted >> 1n) ^ POLYNOMIAL;
  }
  return product;
}
