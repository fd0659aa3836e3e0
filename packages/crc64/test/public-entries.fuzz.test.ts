import fc from 'fast-check';
import { expect, it } from 'vitest';
import { combineCrc64, crc64, createCrc64, createCrc64Memory } from '../src/index.ts';

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 300);
const memory = createCrc64Memory(64);

/** Each public entry with arguments that are right. */
const ENTRIES: readonly {
  readonly name: string;
  readonly right: readonly unknown[];
  call(...given: never[]): unknown;
}[] = [
  { name: 'crc64', right: [new Uint8Array(3)], call: crc64 },
  { name: 'createCrc64', right: [5n], call: createCrc64 },
  { name: 'update', right: [new Uint8Array(3)], call: (bytes) => createCrc64().update(bytes) },
  { name: 'combineCrc64', right: [1n, 2n, 3], call: combineCrc64 },
  { name: 'createCrc64Memory', right: [64], call: createCrc64Memory },
  { name: 'crc64 of a memory', right: [0, 64, 5n], call: (start, end, initial) => memory.crc64(start, end, initial) },
];

const anyValue = fc
  .oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true, withNullPrototype: true }),
    fc.bigInt(),
    fc.constantFrom<unknown>(
      null,
      -1,
      1.5,
      Number.NaN,
      Infinity,
      2 ** 53,
      -1n,
      2n ** 64n,
      '12',
      new DataView(new ArrayBuffer(8)),
    ),
    fc.constantFrom<unknown>(
      { length: 3 },
      { [Symbol.toStringTag]: 'Uint8Array' },
      Object.create(Uint8Array.prototype),
    ),
  )
  // A memory of some megabytes is right, and only slow.
  .filter((value) => !(typeof value === 'number' && value > 65_536 && value < 2 ** 52));

/** Whether an argument could stand in another's place. */
function isOfKind(value: unknown, right: unknown): boolean {
  if (value === undefined) return false;
  if (right instanceof Uint8Array) return ArrayBuffer.isView(value) && value.constructor.name === 'Uint8Array';
  if (typeof right === 'bigint') return typeof value === 'bigint' && value >= 0n && value < 2n ** 64n;
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

it('takes the arguments of its declaration', () => {
  for (const { right, call } of ENTRIES) expect(() => call(...(right as never[]))).not.toThrow();
});

it('refuses any other value of any argument by its own TypeError or RangeError, and never sums it as no bytes', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ENTRIES), fc.nat(), anyValue, ({ name, right, call }, index, value) => {
      const at = index % right.length;
      fc.pre(!isOfKind(value, right[at]) && !(value === undefined && typeof right[at] === 'bigint'));
      const wrongly = (): unknown => call(...([...right.slice(0, at), value, ...right.slice(at + 1)] as never[]));
      expect(wrongly, name).toThrow(/^\w+: [\w ]+ (?:must be|do not lie in) /);
    }),
    { numRuns: RUNS },
  );
});

it('is the same for bytes however they are cut, joined or kept', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(64), (bytes, cut) => {
      const [head, tail] = [bytes.subarray(0, cut), bytes.subarray(cut)];
      const whole = crc64(bytes);
      expect(createCrc64(crc64(head)).update(tail).digest()).toBe(whole);
      expect(combineCrc64(crc64(head), crc64(tail), tail.length)).toBe(whole);
      memory.bytes.set(bytes);
      expect(memory.crc64(0, bytes.length)).toBe(whole);
    }),
    { numRuns: RUNS },
  );
});
