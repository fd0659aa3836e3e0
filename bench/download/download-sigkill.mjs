// Resuming across crashes: a download in a process of its own, held to a rate so that it takes some seconds, is killed with SIGKILL,
// at random instants, which are drawn by the bytes that it has received so that a busy machine moves none, and at the steps that matter:
// before the first byte, in a checkpoint that is half written, before and after the rename of a checkpoint and of the file. After each
// kill the older file must be whole, or the object in its place; the next run must then give the object, leave nothing beside it, and
// keep every byte that the checkpoint names.
// Needs a build. OSSGRANT_RUNS is the number of kills, OSSGRANT_SEED draws the instants.
import { spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { once } from 'node:events';
import disk from 'node:fs';
import fs, { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SIZE = 24 << 20;
// Of each connection, in bits per second, by the server: what a limit of the download itself lets its connections receive ahead would
// draw most instants before the first checkpoint.
const TRAFFIC_LIMIT = 3 << 20;
// One that does not die where it should ends all the same.
const LIMIT_MS = 600_000;
const START_MS = 500;
const LANES = 8;
const STEPS = ['rename', 'checkpoint', 'checkpointed', 'torn', 'link', 'open', 'renamed'];

const [url, target, step = '', nth = '1'] = process.argv.slice(2);
if (url !== undefined && target !== undefined) {
  await download(url, target, step, Number(nth));
  process.exit(0);
}

/**
 * @param {string} link
 * @param {string} file
 * @param {string} dieAt step at which the process kills itself, as nobody outside could at that very instant
 * @param {number} count of the checkpoint
 */
async function download(link, file, dieAt, count) {
  const die = () => process.kill(process.pid, 'SIGKILL');
  /** @param {unknown} name */
  const nameOf = (name) => (typeof name === 'string' ? name : '');
  const { open, rename } = fs;
  const { renameSync } = disk;
  let checkpoints = 0;
  fs.open = async (name, ...rest) => {
    const opened = await open(name, ...rest);
    if (dieAt === 'open' && nameOf(name).endsWith('-part')) die();
    const isCheckpoint = nameOf(name).endsWith('.json.new') && (checkpoints += 1) === count;
    if (dieAt !== 'torn' || !isCheckpoint) return opened;
    const write = opened.writeFile.bind(opened);
    opened.writeFile = async (text) => {
      await write(String(text).slice(0, String(text).length / 2));
      die();
    };
    return opened;
  };
  /** @param {unknown} to @param {'before' | 'after'} when */
  const dieAtRename = (to, when) => {
    const isCheckpoint = nameOf(to).endsWith('.json') && checkpoints === count;
    if (to === file && dieAt === (when === 'before' ? 'rename' : 'renamed')) die();
    if (isCheckpoint && dieAt === (when === 'before' ? 'checkpoint' : 'checkpointed')) die();
  };
  fs.rename = async (from, to) => {
    dieAtRename(to, 'before');
    await rename(from, to);
    dieAtRename(to, 'after');
  };
  // Where the disk is quick, the download waits for it.
  disk.renameSync = (from, to) => {
    dieAtRename(to, 'before');
    renameSync(from, to);
    dieAtRename(to, 'after');
  };
  syncBuiltinESMExports();
  const { fromLinks } = await import('@ossgrant/http-downloader');
  const { downloadToFile } = await import('@ossgrant/http-downloader/file');
  const source = fromLinks(async () => {
    if (dieAt === 'link') die();
    return link;
  }, 'the object');
  const options = {
    partSize: 1 << 20,
    /** @param {{ receivedBytes: number }} progress */
    onProgress: ({ receivedBytes }) => console.log(`received ${receivedBytes}`),
  };
  console.log('started');
  const { resumedFrom, verified } = await downloadToFile(source, file, options);
  console.log(JSON.stringify({ resumedFrom, verified }));
}

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 200);
const seed = Number(process.env['OSSGRANT_SEED'] ?? randomInt(1 << 30));
const { startLocalOss } = await import('@ossgrant/local-oss');
const { createPresigner } = await import('@ossgrant/url-presigner');

/** Mulberry32: the same draws for the same seed. */
let state = seed;
function draw() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

const content = new Uint8Array(Uint32Array.from({ length: SIZE / 4 }, () => draw() * 2 ** 32).buffer);
/** @param {Uint8Array} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const wanted = sha256(content);
// Drawn ahead, so that lanes do not disturb the order: three of five at an instant, the others at each step in turn.
const plans = Array.from({ length: RUNS }, (_, index) => ({
  step: index % 5 < 3 ? 'instant' : (STEPS[(index - 3 - Math.floor(index / 5) * 3) % STEPS.length] ?? ''),
  // Of the bytes; below zero, of the time before them.
  instant: draw() * 1.1 - 0.1,
  // Rarely the first: before it no bytes were kept.
  nth: [1, 2, 3, 4, 2, 3, 4, 3][Math.floor(draw() * 8)] ?? 1,
}));

const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-sigkill-'));
const oss = await startLocalOss();
/** @type {Record<string, { kills: number, kept: number }>} */
const table = {};
let keptBytes = 0;

/**
 * Runs to its end, or to its death.
 *
 * @param {string[]} args
 * @param {number} [instant] when to kill it
 */
async function run(args, instant) {
  const child = spawn(process.execPath, [import.meta.filename, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  const timers = [setTimeout(kill, LIMIT_MS)];
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  if (instant !== undefined) {
    // Starting up is not part of its life.
    child.stdout.once('data', () => {
      if (instant < 0) timers.push(setTimeout(kill, -instant * 10 * START_MS));
    });
    child.stdout.on('data', () => {
      const received = Number(/.*^received (\d+)$/ms.exec(output)?.[1] ?? -1);
      if (instant >= 0 && received >= instant * SIZE) kill();
    });
  }
  const [code, signal] = await once(child, 'close');
  for (const timer of timers) clearTimeout(timer);
  return { code, isKilled: signal === 'SIGKILL', output };
}

/** @param {string} checkpoint */
async function bytesIn(checkpoint) {
  try {
    /** @type {[number, number][]} */
    const segments = JSON.parse(await readFile(checkpoint, 'utf8')).segments;
    return segments.reduce((sum, [start, end]) => sum + end - start, 0);
  } catch {
    return 0;
  }
}

/**
 * @param {string} link
 * @param {string} file
 * @param {typeof plans[number]} plan
 */
async function killAndResume(link, file, plan) {
  const says = `${plan.step} ${plan.step === 'instant' ? plan.instant.toFixed(2) : plan.nth}`;
  await writeFile(file, 'older');
  const killed =
    plan.step === 'instant'
      ? await run([link, file], plan.instant)
      : await run([link, file, plan.step, String(plan.nth)]);
  if (!killed.isKilled && killed.code !== 0) throw new Error(`${says}: the run failed: ${killed.output}`);
  // A machine that is quick for once finishes first: that was not a kill.
  if (!killed.isKilled) return false;
  const found = await readFile(file);
  const isDone = sha256(found) === wanted;
  if (!isDone && found.toString() !== 'older') throw new Error(`${says}: neither the older file nor the object`);
  const left = await bytesIn(`${file}.ossgrant-part.json`);
  const resumed = await run([link, file]);
  if (resumed.code !== 0) throw new Error(`${says}: the next run failed: ${resumed.output}`);
  const { resumedFrom, verified } = JSON.parse(resumed.output.trimEnd().split('\n').at(-1) ?? '');
  if (verified !== 'crc64' || sha256(await readFile(file)) !== wanted) throw new Error(`${says}: the wrong file`);
  const names = await readdir(path.dirname(file));
  if (names.length !== 1) throw new Error(`${says}: left ${names.join(', ')}`);
  if (!isDone && resumedFrom !== left) throw new Error(`${says}: kept ${resumedFrom} of ${left} bytes`);
  const row = (table[plan.step] ??= { kills: 0, kept: 0 });
  row.kills += 1;
  if (resumedFrom > 0) row.kept += 1;
  keptBytes += resumedFrom;
  return true;
}

const startedAt = performance.now();
try {
  const { endpoint, region, owner: credentials } = oss;
  await oss.put('kill-bucket', 'object.bin', content);
  const presigner = createPresigner({ endpoint, region, bucket: 'kill-bucket', credentials, expiresIn: '1d' });
  const { url: link } = await presigner.presign({ key: 'object.bin', trafficLimit: TRAFFIC_LIMIT });
  const waiting = [...plans];
  const lanes = Array.from({ length: Math.min(LANES, RUNS) }, async (_, lane) => {
    const file = path.join(folder, String(lane), 'object.bin');
    await mkdir(path.dirname(file));
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
      const isKilled = await killAndResume(link, file, plan);
      if (!isKilled) waiting.push({ ...plan, instant: plan.instant / 2, nth: 2 });
    }
  });
  await Promise.all(lanes);
} finally {
  await oss.close();
  await rm(folder, { recursive: true, force: true });
}
console.table(table);
const all = Object.values(table);
const [kills, kept] = [all.reduce((sum, row) => sum + row.kills, 0), all.reduce((sum, row) => sum + row.kept, 0)];
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
const mean = kept === 0 ? 0 : keptBytes / kept / SIZE;
console.log(
  `seed ${seed}: ${kills} kills, every file right; ${kept} resumes kept bytes, ${(mean * 100).toFixed(0)} % of the object on average (${seconds} s)`,
);
// A handful says little about how many; that each keeps what its checkpoint names is checked above.
const atInstants = table['instant'] ?? { kills: 0, kept: 0 };
if (kills < RUNS || kept === 0 || (RUNS >= 100 && (kept * 2 <= kills || atInstants.kept * 2 <= atInstants.kills))) {
  throw new Error('too few kills, or too few that left something to go on from');
}
