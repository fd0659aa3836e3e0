// Redeems of a share, in rounds that alternate with a bare redirect of the same adapter and with pgbench calling the same
// function, and batches of new shares with a COPY of the same rows: the ratios matter. The load comes from this
// process, and the servers are its children. Seconds of a round: GRANT_BENCH_SECONDS (2); rounds: GRANT_BENCH_ROUNDS (5).
import { randomBytes } from 'node:crypto';
import { startPostgres } from '@ossgrant/test-servers/start-postgres';
import { anyOf, load, startSubject } from './kit.mjs';
import { preparePeers } from './peers.mjs';

const seconds = Number(process.env['GRANT_BENCH_SECONDS'] ?? 2);
const ROUNDS = Number(process.env['GRANT_BENCH_ROUNDS'] ?? 5);
const SHARES = process.env['GRANT_BENCH_SHARES'] ?? '2000';
const BATCH = Number(process.env['GRANT_BENCH_BATCH'] ?? 10_000);

/** @typedef {import('./kit.mjs').Rate} Rate */

const database = await startPostgres();
const [bare, postgres, pglite] = await Promise.all([
  startSubject({ KIND: 'bare' }),
  startSubject({ KIND: 'postgres', DATABASE_URL: database.url, SHARES }),
  startSubject({ KIND: 'pglite', SHARES }),
]);
const lines = Array.from({ length: BATCH }, (_, n) =>
  JSON.stringify({ bucket: 'bench-bucket', key: `reports/${n}.txt` }),
).join('\n');

/** @returns {Promise<Rate>} */
async function batch() {
  const from = performance.now();
  const response = await fetch(`${postgres.origin}/v1/shares:batch`, { method: 'POST', body: lines });
  const made = (await response.text()).trim().split('\n');
  if (made.length !== BATCH || !made.every((line) => line.startsWith('{"ok":true')))
    throw new Error('a share is missing');
  const ms = performance.now() - from;
  return { rate: BATCH / (ms / 1000), p99: ms };
}

const peers = await preparePeers(database, { seconds });
// COPY takes the rows of a first batch.
await batch();

const guess = () => `/d/${randomBytes(33).toString('base64url')}`;
const { paths } = postgres;
/** @param {string} origin @param {() => string} next @param {number} connections @param {number} [wanted] */
const at =
  (origin, next, connections, wanted = 302) =>
  () =>
    load({ origin, next, connections, wanted, seconds });

/** @type {Record<string, () => Promise<Rate>>} */
const contenders = {
  'bare, 20': at(bare.origin, () => '/d/x', 20),
  'bare, 60': at(bare.origin, () => '/d/x', 60),
  'pgbench, 20': () => peers.pgbench(),
  'PostgreSQL, 20': at(postgres.origin, anyOf(paths), 20),
  'PostgreSQL, 60': at(postgres.origin, anyOf(paths), 60),
  'PostgreSQL, one share, 60': at(postgres.origin, () => paths[0] ?? '', 60),
  'PGlite, 20': at(pglite.origin, anyOf(pglite.paths), 20),
  'guesses, 20': at(postgres.origin, guess, 20, 404),
  'COPY of new shares': () => peers.copy(BATCH),
  'batch of new shares': batch,
};
/** @type {Record<string, Rate[]>} */
const results = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
try {
  for (let round = 0; round <= ROUNDS; round += 1) {
    const order = Object.entries(contenders).toSorted(() => Math.random() - 0.5);
    for (const [name, run] of order) {
      const result = await run();
      // The first round warms up.
      if (round > 0) results[name]?.push(result);
    }
  }
} finally {
  for (const one of [bare, postgres, pglite]) one.close();
  await peers.close();
  await database.close();
}

/** @param {string} name @returns {Rate} the median round */
function median(name) {
  const sorted = (results[name] ?? []).toSorted((a, b) => a.rate - b.rate);
  return sorted[Math.floor(sorted.length / 2)] ?? { rate: Number.NaN, p99: Number.NaN };
}
for (const name of Object.keys(contenders)) {
  const { rate, p99 } = median(name);
  const time = name.endsWith('shares') ? `all in ${p99.toFixed(0)} ms` : `p99 ${p99.toFixed(1)} ms`;
  console.log(`${name.padEnd(28)} ${rate.toFixed(0).padStart(7)}/s  ${time}`);
}
/** @type {[string, string, string, number][]} */
const ratios = [
  ['redeem on PostgreSQL of pgbench, 20', 'PostgreSQL, 20', 'pgbench, 20', 0.6],
  ['redeem on PostgreSQL of bare, 60', 'PostgreSQL, 60', 'bare, 60', 0.25],
  ['redeem on PGlite of bare, 20', 'PGlite, 20', 'bare, 20', 0.025],
  ['guesses refused of bare, 20', 'guesses, 20', 'bare, 20', 0.8],
  ['batch of new shares of COPY', 'batch of new shares', 'COPY of new shares', 0.3],
];
for (const [what, ours, theirs, goal] of ratios) {
  const ratio = median(ours).rate / median(theirs).rate;
  console.log(`» ${what}: ${ratio.toFixed(3)} (goal ${goal}${ratio < goal ? ', missed' : ''})`);
}
