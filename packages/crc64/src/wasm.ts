import type { Engine } from './engine.ts';
import { buildTables } from './tables.ts';
import { WASM_BASE64 } from './wasm-bytes.ts';

// What is used of WebAssembly: this package is typed without the DOM and without Node.
interface WebAssemblyNamespace {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

const SLICES = 16;
const BUFFER = SLICES * 256 * 8;
const CAPACITY = 65_536;

/** Starts the module; undefined where there is no WebAssembly, or a page's policy refuses it. */
export function startWasm(): Engine | undefined {
  try {
    const wasm = (globalThis as { readonly WebAssembly?: WebAssemblyNamespace }).WebAssembly;
    if (wasm === undefined) return undefined;
    const { exports } = new wasm.Instance(new wasm.Module(decode(WASM_BASE64)));
    const memory = new Uint8Array((exports['memory'] as { readonly buffer: ArrayBuffer }).buffer);
    fillTables(memory);
    return use(memory, exports['update'] as (register: bigint, length: number) => bigint);
  } catch {
    return undefined;
  }
}

// The memory is scratch within one synchronous call, so any number of checksums share it.
function use(memory: Uint8Array, update: (register: bigint, length: number) => bigint): Engine {
  return {
    advance(bytes, start): bigint {
      let register = start;
      for (let at = 0; at < bytes.length; at += CAPACITY) {
        const length = Math.min(CAPACITY, bytes.length - at);
        memory.set(length === bytes.length ? bytes : bytes.subarray(at, at + length), BUFFER);
        register = update(register, length);
      }
      return BigInt.asUintN(64, register);
    },
  };
}

function fillTables(memory: Uint8Array): void {
  const { high, low } = buildTables(SLICES);
  const view = new DataView(memory.buffer);
  for (let index = 0; index < SLICES * 256; index += 1) {
    view.setUint32(index * 8, low[index] ?? 0, true);
    view.setUint32(index * 8 + 4, high[index] ?? 0, true);
  }
}

// `atob` is in every runtime, but in neither of the type libraries that this package compiles with.
function decode(text: string): Uint8Array {
  const { atob } = globalThis as unknown as { readonly atob: (text: string) => string };
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
