// Redeems of a share, in rounds that alternate with a bare redirect of the same adapter and with pgbench calling the same
// function: what matters are the ratios. The load comes from this process, over kept-alive connections, and the server is a child.
// Seconds of a round: GRANT_BENCH_SECONDS (2); rounds: GRANT_BENCH_ROUNDS (3).
import { execFile, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { startPostgres } from '@ossgrant/test-servers/start-postgres';

const SECONDS = Number(process.env['GRANT_BENCH_SECONDS'] ?? 2);
const ROUNDS = Number(process.env['GRANT_BENCH_ROUNDS'] ?? 3);
const SHARES = Number(process.env['GRANT_BENCH_SHARES'] ?? 2000);

/** @typedef {{ rate: number, p99: number }} Rate */

/**
 * Sends as much as the connections carry.
 *
 * @param {string} origin
 * @param {() => string} next the path of each request
 * @param {number} connections
 * @param {number} wanted the status that each response must have
 * @returns {Promise<Rate>}
 */
async function load(origin, next, connections, wanted) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  /** @type {number[]} */
  const times = [];
  const end = performance.now() + SECONDS * 1000;
  const startedAt = performance.now();
  const one = () =>
    new Promise((resolve, reject) => {
      const from = performance.now();
      http
        .get(origin + next(), { agent }, (response) => {
          if (response.statusCode !== wanted) reject(new Error(`status ${response.statusCode} instead of ${wanted}`));
          response.resume().on('end', () => resolve(times.push(performance.now() - from)));
        })
        .on('error', reject);
    });
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) await one();
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  return { rate: times.length / seconds, p99: times[Math.floor(times.length * 0.99)] ?? 0 };
}

/** @param {Record<string, string>} env @returns {Promise<{ origin: string, paths: string[], close(): void }>} */
async function subject(env) {
  const file = fileURLToPath(new URL('subject.mjs', import.meta.url));
  const child = fork(file, { env: { ...process.env, ...env } });
  const [origin, paths] = await new Promise((resolve, reject) => {
    child.once('message', resolve).once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { origin, paths, close: () => void child.kill() };
}

const database = await startPostgres();
const folder = await mkdtemp(path.join(tmpdir(), 'grant-bench-'));
const shares = String(SHARES);
const [bare, postgres, pglite] = await Promise.all([
  subject({ KIND: 'bare' }),
  subject({ KIND: 'postgres', DATABASE_URL: database.url, SHARES: shares }),
  subject({ KIND: 'pglite', SHARES: shares }),
]);

// One use of a random share, as a batch of one: what the server sends when nothing else waits.
const script = path.join(folder, 'redeem.sql');
await writeFile(
  script,
  `\\set n random(1, ${SHARES})
select * from redeem((extract(epoch from now()) * 1000)::bigint::float8, 3600000, 1000, json_build_array(json_build_object(
  'ord', 0, 'share', (select id from bench_share where n = :n), 'proof', md5(random()::text), 'address', '203.0.113.7', 'agent', 'bench', 'key', 'reports/a.txt')));\n`,
);
const pool = new pg.Pool({ connectionString: database.url, max: 1 });
await pool.query(`create table bench_share as select row_number() over () as n, encode(id, 'hex') as id from share`);
await pool.query('create unique index on bench_share (n); analyze');

/** @returns {Promise<Rate>} */
async function pgbench() {
  const args = ['-n', '-c', '20', '-j', '2', '-T', String(SECONDS), '-M', 'prepared', '-f', script];
  const where = ['-h', '127.0.0.1', '-p', String(database.port), '-U', 'postgres', 'postgres'];
  const { stdout } = await promisify(execFile)(`${database.bin}/pgbench`, [...args, ...where]);
  return { rate: Number(/tps = ([\d.]+)/.exec(stdout)?.[1]), p99: Number.NaN };
}

/** @param {readonly string[]} paths */
const random = (paths) => () => paths[Math.floor(Math.random() * paths.length)] ?? '';
const guess = () => `/d/${randomBytes(33).toString('base64url')}`;

/** @type {Record<string, () => Promise<Rate>>} */
const contenders = {
  'bare, 20': () => load(bare.origin, () => '/d/x', 20, 302),
  'bare, 60': () => load(bare.origin, () => '/d/x', 60, 302),
  'pgbench, 20': pgbench,
  'PostgreSQL, 20': () => load(postgres.origin, random(postgres.paths), 20, 302),
  'PostgreSQL, 60': () => load(postgres.origin, random(postgres.paths), 60, 302),
  'PostgreSQL, one share, 60': () => load(postgres.origin, () => postgres.paths[0] ?? '', 60, 302),
  'PGlite, 20': () => load(pglite.origin, random(pglite.paths), 20, 302),
  'guesses, 20': () => load(postgres.origin, guess, 20, 404),
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
  await pool.end();
  await database.close();
  await rm(folder, { recursive: true, force: true });
}

/** @param {string} name @returns {Rate} the median round */
function median(name) {
  const sorted = (results[name] ?? []).toSorted((a, b) => a.rate - b.rate);
  return sorted[Math.floor(sorted.length / 2)] ?? { rate: Number.NaN, p99: Number.NaN };
}
for (const name of Object.keys(contenders)) {
  const { rate, p99 } = median(name);
  console.log(`${name.padEnd(28)} ${rate.toFixed(0).padStart(7)}/s  p99 ${p99.toFixed(1)} ms`);
}
/** @type {[string, string, string][]} */
const ratios = [
  ['redeem on PostgreSQL of pgbench, 20', 'PostgreSQL, 20', 'pgbench, 20'],
  ['redeem on PostgreSQL of bare, 60', 'PostgreSQL, 60', 'bare, 60'],
  ['redeem on PGlite of bare, 20', 'PGlite, 20', 'bare, 20'],
  ['guesses refused of bare, 20', 'guesses, 20', 'bare, 20'],
];
for (const [what, ours, theirs] of ratios) {
  console.log(`» ${what}: ${(median(ours).rate / median(theirs).rate).toFixed(3)}`);
}
