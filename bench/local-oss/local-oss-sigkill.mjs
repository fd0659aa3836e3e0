// Durability of local-oss on disk: kills it with SIGKILL during puts, completed uploads in parts, deletes, appends and
// changes of versions, starts it again, and checks that everything acknowledged is there and whole, that nothing is torn, and
// that nothing is left over. Needs a build.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, succeeded, utf8 } from './kill-server.mjs';
import { appendedKey, plainKey, versionedKey } from './kill-subjects.mjs';

const ROUNDS = Number(process.env['OSSGRANT_RUNS'] ?? 200);
const WRITERS = 4;
const [PLAIN, VERSIONED] = ['kill-bucket', 'kill-versions'];
const directory = await mkdtemp(join(tmpdir(), 'local-oss-sigkill-'));

// A writer has keys of its own, so that at most one change of each is under way.
const writers = Array.from({ length: WRITERS }, (_, writer) => [
  ...Array.from({ length: 6 }, (_key, number) => plainKey(PLAIN, `key-${writer}-${number}`)),
  ...Array.from({ length: 2 }, (_key, number) => appendedKey(PLAIN, `log-${writer}-${number}`)),
  ...Array.from({ length: 2 }, (_key, number) => versionedKey(VERSIONED, `version-${writer}-${number}`)),
]);
/** @type {Map<string, number>} */
const acknowledged = new Map();
let checked = 0;
/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
// However this ends, no server outlives it.
process.on('exit', () => running?.kill('SIGKILL'));

/** Every file of bytes must be named by a description, and every description must be whole. @param {string} bucket */
async function assertNothingLeftOver(bucket) {
  const [data, meta] = ['data', 'meta'].map((name) => join(directory, bucket, name));
  const texts = await Promise.all((await readdir(meta ?? '')).map((file) => readFile(join(meta ?? '', file), 'utf8')));
  const named = new Set(texts.flatMap((text) => JSON.parse(text).blob ?? []));
  const files = await readdir(data ?? '');
  if (files.length !== named.size || !files.every((file) => named.has(file))) {
    throw new Error(`${bucket}: ${files.length} files, ${named.size} of them named`);
  }
}

for (let round = 0; round < ROUNDS; round += 1) {
  const { child, call } = await startServer(directory);
  running = child;
  if (round === 0) {
    for (const bucket of [PLAIN, VERSIONED]) await succeeded(await call('PUT', { bucket }));
    const body = utf8('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>');
    await succeeded(await call('PUT', { bucket: VERSIONED, query: { versioning: null }, body }));
  }
  try {
    for (const bucket of [PLAIN, VERSIONED]) await assertNothingLeftOver(bucket);
    for (const subject of writers.flat()) await subject.check(call);
    checked += writers.flat().length;
  } catch (cause) {
    throw new Error(`round ${round}`, { cause });
  }
  // By what was acknowledged, so that a slow machine proves as much; then at any instant of the changes under way.
  let left = randomInt(1, 40);
  const kill = (/** @type {number} */ ms) => setTimeout(() => child.kill('SIGKILL'), ms);
  const timers = [kill(3000)];
  const runs = writers.map(async (subjects) => {
    for (;;) {
      const kind = await subjects[randomInt(subjects.length)]?.change(call);
      if (kind !== undefined) acknowledged.set(kind, (acknowledged.get(kind) ?? 0) + 1);
      left -= 1;
      if (left === 0) timers.push(kill(randomInt(20)));
    }
  });
  const ends = await Promise.allSettled(runs);
  for (const timer of timers) clearTimeout(timer);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  // A missing response of a killed server is expected; a refusal is not.
  for (const end of ends) {
    if (end.status === 'rejected' && !(end.reason instanceof TypeError)) throw end.reason;
  }
}
const counts = [...acknowledged].map(([kind, count]) => `${count} ${kind}`).join(', ');
console.log(`${ROUNDS} kills; acknowledged: ${counts}; ${checked} keys read back whole, nothing left over`);
await rm(directory, { recursive: true });
