// Writes src/wasm-bytes.ts: a WebAssembly module that does CRC-64 in three braids, assembled here by hand so that the bytes can be
// reviewed and made again. Run it with node; a test compares its output with the committed file.
//
// Three registers take every third 64-bit word each, so that the processor can look up for one while it waits for another. A step
// moves a register on by 24 bytes. At the end the registers are joined: that of the first word goes into the second, and so on.
//
// Memory: the table of single bytes from 0, then the eight of a step: 256 entries of 8 bytes each, filled in by the caller.
// update(crc: i64, at: i32, end: i32) -> i64 over the bytes from `at` up to, not including, `end`.

const BRAIDS = 3;
const STEP = 8 * BRAIDS;
const TABLE = 2048;
const [I32, I64] = [0x7f, 0x7e];
const [CRC, AT, END] = [0, 1, 2];
/** Locals of the registers. The first braid goes on from what came before. */
const REGISTERS = [CRC, 3, 4];

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
const [SHR_64, XOR_64, WRAP, LE] = [0x88, 0x85, 0xa7, 0x4d];
const CALL_BYTES = [0x10, 0];

/** Entry for byte `index` of a register. @param {number} register @param {number} index */
function lookup(register, index) {
  // (register >> 8 * index) & 255, times 8; the shift by 3 is folded into the first.
  const shift = 8 * index - 3;
  const moved = shift < 0 ? [...get(register), WRAP, ...i32(3), SHL] : [...get(register), ...i64(shift), SHR_64, WRAP];
  return [...moved, ...i32(0x7f8), AND, ...load(TABLE * (8 - index))];
}

/** A loop that runs while `at + needed <= end`. @param {number} step @param {number} needed @param {number[][]} body */
function loop(step, needed, body) {
  const test = [...get(AT), ...i32(needed), ADD, ...get(END), LE];
  // block: if at + needed > end, leave; body; again.
  return [0x02, 0x40, 0x03, 0x40, ...test, 0x45, 0x0d, 1, ...body.flat(), ...advance(step), 0x0c, 0, 0x0b, 0x0b];
}

const advance = (/** @type {number} */ step) => [...get(AT), ...i32(step), ADD, ...set(AT)];
const at = (/** @type {number} */ offset) => [...get(AT), ...i32(offset), ADD];

const takeWords = REGISTERS.map((register, index) => [
  ...get(AT),
  ...load(8 * index),
  ...get(register),
  XOR_64,
  ...set(register),
]);
const lookUp = REGISTERS.map((register) => [
  ...Array.from({ length: 8 }, (_, index) => [...lookup(register, index), ...(index === 0 ? [] : [XOR_64])]).flat(),
  ...set(register),
]);
const join = REGISTERS.map((register, index) => [
  ...(register === CRC ? get(CRC) : [...get(CRC), ...get(register), XOR_64]),
  ...at(8 * index),
  ...at(8 * index + 8),
  ...CALL_BYTES,
  ...set(CRC),
]);

/** bytes(crc, at, end): one by one. */
const bytesCode = [
  ...loop(1, 1, [
    [...get(CRC), WRAP, ...get(AT), ...load8, 0x73, ...i32(0xff), AND, ...i32(3), SHL, ...load(0)],
    [...get(CRC), ...i64(8), SHR_64, XOR_64, ...set(CRC)],
  ]),
  ...get(CRC),
  0x0b,
];
/** update(crc, at, end): in braids while another step follows, for the last one joins them. */
const updateCode = [
  // if at + step <= end:
  ...at(STEP),
  ...get(END),
  LE,
  0x04,
  0x40,
  ...loop(STEP, 2 * STEP, [...takeWords, ...lookUp]),
  ...join.flat(),
  ...advance(STEP),
  0x0b,
  ...get(CRC),
  ...get(AT),
  ...get(END),
  ...CALL_BYTES,
  0x0b,
];

/** @param {number} id @param {number[]} content */
const section = (id, content) => [id, ...unsigned(content.length), ...content];
const MAGIC_AND_VERSION = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const name = (/** @type {string} */ text) => [text.length, ...Buffer.from(text)];
const bytesBody = [0, ...bytesCode];
const updateBody = [1, BRAIDS - 1, I64, ...updateCode];

/** The module; its memory is the caller's. */
export const bytes = Uint8Array.from([
  ...MAGIC_AND_VERSION,
  ...section(1, [1, 0x60, 3, I64, I32, I32, 1, I64]),
  ...section(2, [1, ...name('env'), ...name('memory'), 2, 0, 1]),
  ...section(3, [2, 0, 0]),
  ...section(7, [1, ...name('update'), 0, 1]),
  ...section(10, [2, ...[bytesBody, updateBody].flatMap((body) => [...unsigned(body.length), ...body])]),
]);

export const source = `// Made by tools/generate-wasm.mjs: three braids of 64-bit words, ${bytes.length} bytes.

/** The module, in base64. */
export const WASM_BASE64 =
  '${Buffer.from(bytes).toString('base64')}';
`;

if (process.argv[1] === import.meta.filename) {
  const { writeFileSync } = await import('node:fs');
  writeFileSync(new URL('../src/wasm-bytes.ts', import.meta.url), source);
}
