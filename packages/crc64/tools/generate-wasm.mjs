// Writes src/wasm-bytes.ts: a WebAssembly module that does CRC-64 by slicing-by-16, assembled here by hand so that the bytes
// can be reviewed and made again. Run it with node; a test compares its output with the committed file.
//
// Memory: 16 tables of 256 entries of 8 bytes from 0, then the buffer from 32768.
// update(crc: i64, length: i32) -> i64 over the buffer; the tables are filled in by the caller.

const BUFFER = 32_768;
const [I32, I64] = [0x7f, 0x7e];
const LOCAL = { crc: 0, length: 1, at: 2, end: 3, second: 4 };

/** @param {number} value */
function unsigned(value) {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** @param {number} value */
function signed(value) {
  const bytes = [];
  for (let rest = value; ; rest >>= 7) {
    const low = rest & 0x7f;
    if ((rest >> 7 === 0 && (low & 0x40) === 0) || (rest >> 7 === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

const get = (/** @type {number} */ local) => [0x20, ...unsigned(local)];
const set = (/** @type {number} */ local) => [0x21, ...unsigned(local)];
const i32 = (/** @type {number} */ value) => [0x41, ...signed(value)];
const i64 = (/** @type {number} */ value) => [0x42, ...signed(value)];
const load = (/** @type {number} */ offset) => [0x29, 3, ...unsigned(offset)];
const load8 = [0x2d, 0, 0];
const [ADD, SHL, AND] = [0x6a, 0x74, 0x71];
const [SHR_64, XOR_64, WRAP] = [0x88, 0x85, 0xa7];

/** Entry of a table for byte `index` of a 64-bit word. @param {number} word @param {number} index @param {number} table */
function lookup(word, index, table) {
  // (word >> 8 * index) & 255, times 8; the shift by 3 is folded into the first.
  const shift = 8 * index - 3;
  const moved = shift < 0 ? [...get(word), WRAP, ...i32(3), SHL] : [...get(word), ...i64(shift), SHR_64, WRAP];
  return [...moved, ...i32(0x7f8), AND, ...load(table * 2048)];
}

const lookups = [LOCAL.crc, LOCAL.second].flatMap((word, half) =>
  Array.from({ length: 8 }, (_, index) => [
    ...lookup(word, index, 15 - 8 * half - index),
    ...(half + index === 0 ? [] : [XOR_64]),
  ]).flat(),
);

/** A loop that runs while `at + step <= end`. @param {number} step @param {number[][]} body */
function loop(step, body) {
  const test = [...get(LOCAL.at), ...i32(step), ADD, ...get(LOCAL.end), 0x4d];
  const next = [...get(LOCAL.at), ...i32(step), ADD, ...set(LOCAL.at)];
  // block: if at + step > end, leave; body; again.
  return [0x02, 0x40, 0x03, 0x40, ...test, 0x45, 0x0d, 1, ...body.flat(), ...next, 0x0c, 0, 0x0b, 0x0b];
}

const code = [
  ...i32(BUFFER),
  ...set(LOCAL.at),
  ...get(LOCAL.length),
  ...i32(BUFFER),
  ADD,
  ...set(LOCAL.end),
  ...loop(16, [
    [...get(LOCAL.at), ...load(0), ...get(LOCAL.crc), XOR_64, ...set(LOCAL.crc)],
    [...get(LOCAL.at), ...load(8), ...set(LOCAL.second)],
    [...lookups, ...set(LOCAL.crc)],
  ]),
  ...loop(1, [
    [...get(LOCAL.crc), WRAP, ...get(LOCAL.at), ...load8, 0x73, ...i32(0xff), AND, ...i32(3), SHL, ...load(0)],
    [...get(LOCAL.crc), ...i64(8), SHR_64, XOR_64, ...set(LOCAL.crc)],
  ]),
  ...get(LOCAL.crc),
  0x0b,
];

/** @param {number} id @param {number[]} content */
const section = (id, content) => [id, ...unsigned(content.length), ...content];
const name = (/** @type {string} */ text) => [text.length, ...Buffer.from(text)];
const locals = [2, 2, I32, 1, I64];
const body = [...locals, ...code];

export const bytes = Uint8Array.from([
  // Magic and version.
  0,
  0x61,
  0x73,
  0x6d,
  1,
  0,
  0,
  0,
  ...section(1, [1, 0x60, 2, I64, I32, 1, I64]),
  ...section(3, [1, 0]),
  // Two pages: tables and 96 KiB of buffer.
  ...section(5, [1, 0, 2]),
  ...section(7, [2, ...name('memory'), 2, 0, ...name('update'), 0, 0]),
  ...section(10, [1, ...unsigned(body.length), ...body]),
]);

export const source = `// Made by tools/generate-wasm.mjs: slicing-by-16 over 64-bit words, ${bytes.length} bytes.

/** The module, in base64. */
export const WASM_BASE64 =
  '${Buffer.from(bytes).toString('base64')}';
`;

if (process.argv[1] === import.meta.filename) {
  const { writeFileSync } = await import('node:fs');
  writeFileSync(new URL('../src/wasm-bytes.ts', import.meta.url), source);
}
