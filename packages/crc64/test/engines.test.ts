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

  // Two steps of the braids are 48 bytes; one copy is at most 64 KiB.
  it.each([23, 24, 25, 47, 48, 49, 71, 72, 73, 65_535, 65_536, 65_537, 200_003])('agree on %i bytes', (length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) % 256);
    expect(wasm?.advance(bytes, 1n)).toBe(javascript.advance(bytes, 1n));
  });
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

  it('is the very module that the generator makes', async () => {
    const generator = (await import(GENERATOR)) as { readonly source: string };
    expect(await readFile(new URL('../src/wasm-bytes.ts', import.meta.url), 'utf8')).toBe(generator.source);
  });
});
