// CRC-64 over 64 KiB chunks, beside Node's own CRC-32 for scale. The bytes are random: text would use a part of the tables only.
import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { combineCrc64, createCrc64, createCrc64Memory } from '@ossgrant/crc64';
import { interleave } from './kit/interleave.mjs';

const ROUNDS = Number(process.env['OSSGRANT_ROUNDS'] ?? 11);
const CHUNK = randomBytes(65_536);
const stream = createCrc64();
const memory = createCrc64Memory(CHUNK.length);
memory.bytes.set(CHUNK);
const withoutWasm = await inJavaScript();
let [inPlace, combined, crc32] = [0n, 0n, 0];

// Another copy of the module, which finds no WebAssembly, as where a page's policy refuses it.
async function inJavaScript() {
  const { createCrc64: create } = await import(`${import.meta.resolve('@ossgrant/crc64')}?javascript`);
  const WebAssembly = Reflect.get(globalThis, 'WebAssembly');
  Reflect.deleteProperty(globalThis, 'WebAssembly');
  const started = create();
  Object.assign(globalThis, { WebAssembly });
  return started;
}

console.log('\nChecksums\n');
await interleave(
  [
    { name: '@ossgrant/crc64 (goal 2.3)', operations: 2000, run: () => stream.update(CHUNK) },
    { name: 'its memory', operations: 2000, run: () => (inPlace = memory.crc64(0, CHUNK.length, inPlace)) },
    { name: 'without WebAssembly (goal 1.1)', operations: 1000, run: () => withoutWasm.update(CHUNK) },
    { name: 'zlib.crc32', operations: 2000, run: () => (crc32 = zlib.crc32(CHUNK, crc32)) },
  ],
  { rounds: ROUNDS, unit: 'GB/s', perOperation: CHUNK.length / 1e9 },
);
console.log('\nCombining parts of 8 MiB (goal 1 a ms)\n');
const combine = () => (combined = combineCrc64(combined, 1n, 8 << 20));
await interleave([{ name: 'combineCrc64', operations: 1000, run: combine }], {
  rounds: ROUNDS,
  unit: 'a ms',
  perOperation: 1e-3,
});
