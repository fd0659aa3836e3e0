import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startJavaScript } from '../src/javascript.ts';
import { startWasm } from '../src/wasm.ts';

const GENERATOR: string = '../tools/generate-wasm.mjs';

afterEach(() => void vi.unstubAllGlobals());

describe('both engines', () => {
  const wasm = startWasm(65_536);
  const javascript = startJavaScript();

  it('agree on any bytes, at any alignment, from any register', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.nat(20),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (data, skip, register) => {
          const bytes = data.subarray(skip);
          expect(wasm?.advance(bytes, register)).toBe(javascript.advance(bytes, register));
        },
      ),
    );
  });

  it('agree on bytes that are long enough to be folded, wherever they begin and end', () => {
    const random = new Uint8Array(20_000);
    for (let index = 0, state = 1; index < random.length; index += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      random[index] = state >>> 24;
    }
    const memory = startWasm(random.length);
    memory?.memory.set(random);
    const range = fc.tuple(fc.nat(random.length), fc.nat(random.length));
    fc.assert(
      fc.property(range, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), ([one, other], register) => {
        const [start, end] = [Math.min(one, other), Math.max(one, other)];
        const expected = javascript.advance(random.subarray(start, end), register);
        expect(wasm?.advance(random.subarray(start, end), register)).toBe(expected);
        expect(memory?.advance(memory.memory.subarray(start, end), register)).toBe(expected);
      }),
    );
  });

  // Two steps of the braids are 48 bytes; from 5,760 on bytes are folded, 16 at a time; one copy is at most 64 KiB.
  it.each([23, 24, 25, 47, 48, 49, 71, 72, 73, 5759, 5760, 5775, 5776, 5777, 65_535, 65_536, 65_537, 200_003])(
    'agree on %i bytes',
    (length) => {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) % 256);
      expect(wasm?.advance(bytes, 1n)).toBe(javascript.advance(bytes, 1n));
    },
  );
});

describe('WebAssembly', () => {
  it.each([
    ['is not there', undefined],
    [
      'is refused by a page’s policy',
      {
        Module(): never {
          throw new Error('refused');
        },
      },
    ],
  ])('is done without when it %s', (_, stub) => {
    vi.stubGlobal('WebAssembly', stub);
    expect(startWasm(65_536)).toBeUndefined();
  });

  it('folds by a multiple of the polynomial', async () => {
    const { MULTIPLE } = (await import(GENERATOR)) as { readonly MULTIPLE: readonly number[] };
    const highest = Math.max(...MULTIPLE);
    let rest = 0n;
    for (let power = highest; power >= 0; power -= 1) {
      rest = (rest << 1n) | (MULTIPLE.includes(power) ? 1n : 0n);
      if (rest >> 64n === 1n) rest ^= (1n << 64n) | 0x42f0e1eba9ea3693n;
    }
    expect([MULTIPLE.length, highest, rest]).toEqual([8, 11_432, 0n]);
  });

  it('is the very module that the generator makes', async () => {
    const generator = (await import(GENERATOR)) as { readonly source: string };
    expect(await readFile(new URL('../src/wasm-bytes.ts', import.meta.url), 'utf8')).toBe(generator.source);
  });
});
