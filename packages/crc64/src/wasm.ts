import { type Engine, buildTables } from './engine.ts';
import { WASM_BASE64 } from './wasm-bytes.ts';

// The part of WebAssembly that is used here: this package is typed without the DOM and without Node.
interface WebAssemblyNamespace {
  readonly Memory: new (descriptor: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: object } },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

/** The module, with its own memory. */
export interface WasmEngine extends Engine {
  /** Bytes in here are summed in place; others are copied to its start. */
  readonly memory: Uint8Array;
}

const PAGE = 65_536;
// The step of the braids: its first and its last eight bytes need tables.
const STEP = 24;
const ENTRIES = 256;
// After the nine tables and what folding needs, on a boundary of the smallest pages.
const START = 24_576;

/** Starts the module. Returns undefined without WebAssembly, and when a page's policy refuses it. */
export function startWasm(capacity: number): WasmEngine | undefined {
  try {
    const wasm = (globalThis as { readonly WebAssembly?: WebAssemblyNamespace }).WebAssembly;
    if (wasm === undefined) return undefined;
    const memory = new wasm.Memory({ initial: Math.ceil((START + capacity) / PAGE) });
    const { exports } = new wasm.Instance(new wasm.Module(decode(WASM_BASE64)), { env: { memory } });
    fillTables(memory.buffer);
    return use(new Uint8Array(memory.buffer, START, capacity), exports['update'] as Update);
  } catch {
    return undefined;
  }
}

type Update = (register: bigint, at: number, end: number) => bigint;

function use(memory: Uint8Array, update: Update): WasmEngine {
  const sum = (register: bigint, at: number, length: number): bigint =>
    BigInt.asUintN(64, update(register, at, at + length));
  return {
    memory,
    advance(bytes, start): bigint {
      if (bytes.buffer === memory.buffer) return sum(start, bytes.byteOffset, bytes.length);
      let register = start;
      for (let at = 0; at < bytes.length; at += memory.length) {
        const piece = bytes.subarray(at, at + memory.length);
        memory.set(piece);
        register = sum(register, START, piece.length);
      }
      return register;
    },
  };
}

function fillTables(memory: ArrayBuffer): void {
  const { high, low } = buildTables(STEP);
  const view = new DataView(memory);
  const slices = [0, ...Array.from({ length: 8 }, (_, index) => STEP - 8 + index)];
  for (const [table, slice] of slices.entries()) {
    for (let byte = 0; byte < ENTRIES; byte += 1) {
      const at = (table * ENTRIES + byte) * 8;
      view.setUint32(at, low[slice * ENTRIES + byte] ?? 0, true);
      view.setUint32(at + 4, high[slice * ENTRIES + byte] ?? 0, true);
    }
  }
}

// Every runtime has `atob`, but no type library of this package declares it.
function decode(text: string): Uint8Array {
  const { atob } = globalThis as unknown as { readonly atob: (text: string) => string };
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
