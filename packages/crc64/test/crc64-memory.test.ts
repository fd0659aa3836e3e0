import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { crc64, createCrc64Memory } from '../src/crc64.ts';

afterEach(() => void vi.unstubAllGlobals());

describe.each(['with', 'without'])('memory for CRC-64, %s WebAssembly', (which) => {
  const create = (length: number): ReturnType<typeof createCrc64Memory> => {
    if (which === 'without') vi.stubGlobal('WebAssembly', undefined);
    return createCrc64Memory(length);
  };

  it('sums any of its bytes, going on from those before', () => {
    const memory = create(1000);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(600), fc.nat(400), (data, start, cut) => {
        memory.bytes.set(data, start);
        const middle = start + Math.min(cut, data.length);
        const end = start + data.length;
        expect(memory.crc64(start, end)).toBe(crc64(data));
        expect(memory.crc64(middle, end, memory.crc64(start, middle))).toBe(crc64(data));
      }),
    );
  });

  it('reaches to its last byte, across the pages of WebAssembly', () => {
    const memory = create(200_003);
    const data = Uint8Array.from({ length: 200_003 }, (_, index) => (index * 31 + (index >> 8)) % 256);
    memory.bytes.set(data);
    expect(memory.bytes).toHaveLength(200_003);
    expect(memory.crc64(0, 200_003)).toBe(crc64(data));
  });

  it('is of one owner: another does not touch it', () => {
    const [one, other] = [create(10), create(10)];
    other.bytes.fill(7);
    expect([...one.bytes]).toEqual(Array.from({ length: 10 }, () => 0));
  });

  it.each([
    [-1, 5],
    [5, 4],
    [0, 11],
    [Number.NaN, 5],
    [0.5, 5],
  ])('refuses the bytes from %d to %d of 10', (start, end) => {
    expect(() => create(10).crc64(start, end)).toThrow(RangeError);
  });
});
