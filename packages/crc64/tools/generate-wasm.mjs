// Writes src/wasm-bytes.ts: a WebAssembly module that does CRC-64, assembled here by hand so that the bytes can be
// reviewed and made again. Run it with node; a test compares its output with the committed file.
//
// Folding: a multiple of the polynomial with few terms lets a byte be added to seven later ones in its place, with the same checksum,
// so that all but the last bytes need no table. What is added to a byte is read from a ring of those that were folded. The idea is
// Chorba's (https://arxiv.org/abs/2412.16398). The multiple is for CRC-64, and its terms are whole bytes apart: it was found among equal
// sums of four powers each. The number of terms is even, as that of the polynomial is; with six it would have to reach over some 16 KiB.
//
// Braids take the rest, and short pieces: three registers take every third 64-bit word each, so that the processor can look up for one
// while it waits for another. A step moves a register on by 24 bytes. At the end the registers are joined: that of the first word goes
// into the second, and so on.
//
// Memory: the table of single bytes from 0, then the eight of a step: 256 entries of 8 bytes each, filled in by the caller; the ring,
// twice in a row, so that it can be read across its end; room for what is left.
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
/** Calls `bytes`, `braids` or `fold`. */
const call = (/** @type {number} */ index) => [0x10, index];

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
  ...call(0),
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
/** braids(crc, at, end): in braids while another step follows, for the last one joins them. */
const braidsCode = [
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
  ...call(0),
  0x0b,
];

/** A polynomial that has no rest modulo that of CRC-64, highest power first: x^11432 + x^9056 + ... + x^3912 + 1. */
export const MULTIPLE = [1429, 1132, 1010, 926, 641, 600, 501, 0].map((bytes) => 8 * bytes);
/** How far on a byte is added, in bytes. */
const DISTANCES = MULTIPLE.slice(1).map((power) => ((MULTIPLE[0] ?? 0) - power) / 8);
const FARTHEST = Math.max(...DISTANCES);
const RING = 9 * TABLE;
const RING_SIZE = 2048;
const REST = RING + 2 * RING_SIZE;
const WORD = 8;
/** Bytes of a turn of the loop. */
const TURN = 2 * WORD;
/** Bytes that are left at least: whole turns, as far as what was folded reaches. */
const LEFT = Math.ceil(FARTHEST / TURN) * TURN;
/** From here on it is worth it. */
const LONG = 4 * LEFT;
/** Locals: where the ring goes on, a word, and where what is left is put. */
const [PLACE, SUM, OUT] = [3, 4, 5];

const loadAnywhere = (/** @type {number} */ offset) => [0x29, 0, ...unsigned(offset)];
const store = (/** @type {number} */ offset) => [0x37, 0, ...unsigned(offset)];
const fill = [0xfc, 11, 0];
const ARGUMENTS = [...get(CRC), ...get(AT), ...get(END)];

/** The word at an offset in a turn, with all that is added to it. @param {number} offset */
const folded = (offset) => [
  ...get(AT),
  ...loadAnywhere(offset),
  ...DISTANCES.flatMap((far) => [...get(PLACE), ...loadAnywhere(RING + RING_SIZE - far + offset), XOR_64]),
];
/** Puts a word into the ring, in both places. @param {number} offset @param {number[]} word */
const intoRing = (offset, word) =>
  [RING, RING + RING_SIZE].flatMap((start) => [...get(PLACE), ...word, ...store(start + offset)]);
const turn = (/** @type {(offset: number) => number[]} */ code) => [
  ...Array.from({ length: TURN / WORD }, (_, index) => code(index * WORD)).flat(),
  ...get(PLACE),
  ...i32(TURN),
  ADD,
  ...i32(RING_SIZE - 1),
  AND,
  ...set(PLACE),
];

/** fold(crc, at, end), for long pieces. */
const foldCode = [
  // Nothing comes before the first byte but the register, which is added to the first eight.
  [...i32(RING), ...i32(0), ...i32(RING_SIZE), ...fill],
  [...i32(RING + RING_SIZE - FARTHEST), ...get(CRC), ...store(0)],
  loop(TURN, TURN + LEFT, [turn((offset) => [...folded(offset), ...set(SUM), ...intoRing(offset, get(SUM))])]),
  // The folded bytes are zeros now, but for what they added to the next ones.
  [...i32(REST), ...set(OUT)],
  [0x03, 0x40],
  turn((offset) => [...get(OUT), ...folded(offset), ...store(offset), ...intoRing(offset, i64(0))]),
  advance(TURN),
  // again if (out += turn) < rest + left
  [...get(OUT), ...i32(TURN), ADD, 0x22, OUT, ...i32(REST + LEFT), 0x49, 0x0d, 0, 0x0b],
  [...i64(0), ...i32(REST), ...i32(REST + LEFT), ...call(1)],
  [...get(AT), ...get(END), ...call(1), 0x0b],
].flat();
/** update(crc, at, end): if end - at < long, braids; else fold. */
const updateCode = [
  [...get(END), ...get(AT), 0x6b, ...i32(LONG), 0x49],
  [0x04, I64, ...ARGUMENTS, ...call(1), 0x05, ...ARGUMENTS, ...call(2), 0x0b, 0x0b],
].flat();

/** @param {number} id @param {number[]} content */
const section = (id, content) => [id, ...unsigned(content.length), ...content];
const MAGIC_AND_VERSION = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const name = (/** @type {string} */ text) => [text.length, ...Buffer.from(text)];
const bodies = [
  [0, ...bytesCode],
  [1, BRAIDS - 1, I64, ...braidsCode],
  [3, 1, I32, 1, I64, 1, I32, ...foldCode],
  [0, ...updateCode],
];

/** The module; its memory is the caller's. */
export const bytes = Uint8Array.from([
  ...MAGIC_AND_VERSION,
  ...section(1, [1, 0x60, 3, I64, I32, I32, 1, I64]),
  ...section(2, [1, ...name('env'), ...name('memory'), 2, 0, 1]),
  ...section(3, [bodies.length, ...bodies.map(() => 0)]),
  ...section(7, [1, ...name('update'), 0, bodies.length - 1]),
  ...section(10, [bodies.length, ...bodies.flatMap((body) => [...unsigned(body.length), ...body])]),
]);

export const source = `// Made by tools/generate-wasm.mjs: folding, and three braids of 64-bit words, ${bytes.length} bytes.

/** The module, in base64. */
export const WASM_BASE64 =
  '${Buffer.from(bytes).toString('base64')}';
`;

if (process.argv[1] === import.meta.filename) {
  const { writeFileSync } = await import('node:fs');
  writeFileSync(new URL('../src/wasm-bytes.ts', import.meta.url), source);
}
