import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { combineCrc64 } from '../src/combine.ts';
import { crc64, createCrc64, createCrc64Memory } from '../src/crc64.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The definition, bit by bit: nothing shared with the implementation. */
function slowCrc64(data: Uint8Array): bigint {
  let crc = 0xffffffffffffffffn;
  for (const byte of data) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ 0xc96c5795d7870f42n : crc >> 1n;
  }
  return crc ^ 0xffffffffffffffffn;
}

describe('crc64', () => {
  // Check value of the CRC catalogue, and the values in the tests of aliyun-oss-ruby-sdk.
  it.each([
    ['123456789', 0x995dc9bbdf1939fan],
    ['', 0n],
    ['hello world', 5981764153023615706n],
    ['test\0hello\x01world\x02!\x03', 6745424696046691431n],
  ])('gives the published value of %j', (text, expected) => {
    expect(crc64(bytes(text))).toBe(expected);
  });

  it('agrees with the bitwise definition on any bytes in any chunks', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(200), { maxLength: 5 }), (data, cuts) => {
        const stream = createCrc64();
        let from = 0;
        for (const cut of [...cuts, data.length].sort((a, b) => a - b)) {
          stream.update(data.subarray(from, cut));
          from = Math.max(from, Math.min(cut, data.length));
        }
        expect(stream.digest()).toBe(slowCrc64(data));
      }),
    );
  });

  it('goes on from the checksum of the bytes before', () => {
    const before = crc64(bytes('hello '));
    expect(createCrc64(before).update(bytes('world')).digest()).toBe(5981764153023615706n);
  });

  it('changes with any single bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(), fc.nat(7), (data, position, bit) => {
        const changed = Uint8Array.from(data);
        const at = position % data.length;
        changed[at] = (changed[at] as number) ^ (1 << bit);
        expect(crc64(changed)).not.toBe(crc64(data));
      }),
    );
  });
});

describe('combineCrc64', () => {
  it('gives the published value of two joined strings', () => {
    const first = crc64(bytes('test\0hello\x01world\x02!\x03'));
    const second = crc64(bytes('hello world'));
    expect(combineCrc64(first, second, 11)).toBe(13027479509578346683n);
  });

  it('equals the checksum of the joined bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
        const joined = Uint8Array.from([...a, ...b]);
        expect(combineCrc64(crc64(a), crc64(b), b.length)).toBe(crc64(joined));
      }),
    );
  });

  it('takes lengths beyond 32 bits', () => {
    // The second string's checksum is 0 here, so only the length moves the first one on.
    const once = combineCrc64(123n, 0n, 2 ** 34);
    const twice = combineCrc64(combineCrc64(123n, 0n, 2 ** 33), 0n, 2 ** 33);
    expect(twice).toBe(once);
  });

  it.each([-1, 1.5, Number.NaN])('refuses the length %s', (length) => {
    expect(() => combineCrc64(0n, 0n, length)).toThrow(RangeError);
  });
});

describe('an argument of the wrong kind', () => {
  const memory = createCrc64Memory(10);

  it.each<[string, () => unknown]>([
    ['crc64: bytes must be a Uint8Array', () => crc64('text' as never)],
    ['crc64: bytes must be a Uint8Array', () => crc64(undefined as never)],
    ['update: bytes must be a Uint8Array', () => createCrc64().update(new ArrayBuffer(8) as never)],
    ['update: bytes must be a Uint8Array', () => createCrc64().update(new Uint16Array(8) as never)],
    ['createCrc64: initial must be a bigint', () => createCrc64(5 as never)],
    ['combineCrc64: crcA must be a bigint', () => combineCrc64('5' as never, 0n, 1)],
    ['combineCrc64: crcB must be a bigint', () => combineCrc64(0n, undefined as never, 1)],
    ['combineCrc64: lengthB must be a number', () => combineCrc64(0n, 0n, 1n as never)],
    ['createCrc64Memory: length must be a number', () => createCrc64Memory('10' as never)],
    ['crc64: end must be a number', () => memory.crc64(0, undefined as never)],
    ['crc64: initial must be a bigint', () => memory.crc64(0, 5, 1 as never)],
  ])('is refused: %s', (message, call) => {
    expect(call).toThrow(new TypeError(message));
  });

  it.each<[string, () => unknown]>([
    ['createCrc64: initial', () => createCrc64(-1n)],
    ['createCrc64: initial', () => createCrc64(2n ** 64n)],
    ['combineCrc64: crcA', () => combineCrc64(2n ** 64n, 0n, 1)],
    ['combineCrc64: crcB', () => combineCrc64(0n, -1n, 1)],
    ['crc64: initial', () => memory.crc64(0, 5, 2n ** 64n)],
  ])('is out of range: %s', (name, call) => {
    expect(call).toThrow(new RangeError(`${name} must be from 0 to 2^64 - 1`));
  });

  it.each([-1, 1.5, Number.NaN])('makes no memory of %s bytes', (length) => {
    expect(() => createCrc64Memory(length)).toThrow(RangeError);
  });

  it('is not a Buffer, nor bytes of another realm', () => {
    expect(crc64(Buffer.from('hello world'))).toBe(5981764153023615706n);
    const foreign = runInNewContext('Uint8Array.of(104, 105)') as Uint8Array;
    expect(foreign).not.toBeInstanceOf(Uint8Array);
    expect(crc64(foreign)).toBe(crc64(bytes('hi')));
  });
});
