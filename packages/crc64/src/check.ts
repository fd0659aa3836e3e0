// The package depends on nothing, so it brings its own checks. Without them a string would be summed as no bytes, and a checksum of more
// than 64 bits would come out as one.

const MAX_CRC = 0xffff_ffff_ffff_ffffn;

/** @throws TypeError when the value is not a Uint8Array; a Buffer is one */
export function checkBytes(where: string, value: unknown): void {
  // Bytes of another realm are instances of another class, and objects can have the class or the name without any bytes.
  const isUint8Array = value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]';
  if (isUint8Array && ArrayBuffer.isView(value)) return;
  throw new TypeError(`${where}: bytes must be a Uint8Array`);
}

/** @throws TypeError when the value is not a bigint, RangeError when it has more than 64 bits or a sign */
export function checkCrc(where: string, name: string, value: unknown): void {
  if (typeof value !== 'bigint') throw new TypeError(`${where}: ${name} must be a bigint`);
  if (value < 0n || value > MAX_CRC) throw new RangeError(`${where}: ${name} must be from 0 to 2^64 - 1`);
}

/** @throws TypeError when the value is not a number, RangeError when it is not a whole number from 0 */
export function checkLength(where: string, name: string, value: unknown): void {
  if (typeof value !== 'number') throw new TypeError(`${where}: ${name} must be a number`);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${where}: ${name} must be a whole number from 0`);
}
