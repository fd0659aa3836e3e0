// Redeems of a share, in rounds that alternate with a bare redirect of the same adapter and with pgbench calling the same
// function, and batches of new shares with a COPY of the same rows: the ratios matter. A batch writes a row for each share and one
// for its audit event; COPY reads all of them from files, in one transaction, and for comparison the shares' rows alone. The load comes
// from this process, and the servers are its children. Seconds of a round: GRANT_BENCH_SECONDS (2); rounds: GRANT_BENCH_ROUNDS (5).
// OSSGRANT_SCENARIO names the ratios to measure, separated by commas. Of the servers it also says the processor time that
// a request took, the database's not included.
import { randomBytes } from 'node:crypto';
import { startPostgres } from '@ossgrant/test-servers/start-postgres';
import { anyOf, load, startSubject } from './kit.mjs';
import { preparePeers } from './peers.mjs';

const seconds = Number(process.env['GRANT_BENCH_SECONDS'] ?? 2);
const ROUNDS = Number(process.env['GRANT_BENCH_ROUNDS'] ?? 5);
const SHARES = process.env['GRANT_BENCH_SHARES'] ?? '2000';
const BATCH = Number(process.env['GRANT_BENCH_BATCH'] ?? 10_000);

/** @typedef {import('./kit.mjs').Rate} Rate */

/** @type {Record<string, { what: string, ours: string, theirs: string, goal?: number }>} */
const SCENARIOS = {
  'redeem-20': {
    what: 'redeem on PostgreSQL of pgbench, 20',
    ours: 'PostgreSQL, 20',
    theirs: 'pgbench, 20',
    goal: 0.6,
  },
  'redeem-60': { what: 'redeem on PostgreSQL of bare, 60', ours: 'PostgreSQL, 60', theirs: 'bare, 60', goal: 0.25 },
  'one-share': {
    what: 'redeem of one share of bare, 60',
    ours: 'PostgreSQL, one share, 60',
    theirs: 'bare, 60',
    goal: 0.25,
  },
  pglite: { what: 'redeem on PGlite of bare, 20', ours: 'PGlite, 20', theirs: 'bare, 20', goal: 0.025 },
  guesses: { what: 'guesses refused of bare, 20', ours: 'guesses, 20', theirs: 'bare, 20', goal: 0.8 },
  batch: {
    what: 'batch of new shares of COPY',
    ours: 'batch of new shares',
    theirs: 'COPY of both rows',
    goal: 0.3,
  },
  // Beside the one before, it shows what the audit log costs.
  'batch-shares': {
    what: 'batch of new shares of COPY without events',
    ours: 'batch of new shares',
    theirs: "COPY of shares' rows",
  },
};
const NAMES = Object.keys(SCENARIOS);
const named = process.env['OSSGRANT_SCENARIO']?.split(',') ?? NAMES;
const unknown = named.find((name) => !NAMES.includes(name));
if (unknown !== undefined) {
  console.error(`unknown scenario "${unknown}": one of ${NAMES.join(', ')}`);
  process.exit(2);
}
const scenarios = Object.entries(SCENARIOS).flatMap(([name, scenario]) => (named.includes(name) ? [scenario] : []));

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
  const before = postgres.cpuSeconds();
  const response = await fetch(`${postgres.origin}/v1/shares:batch`, { method: 'POST', body: lines });
  const made = (await response.text()).trim().split('\n');
  if (made.length !== BATCH || !made.every((line) => line.startsWith('{"ok":true')))
    throw new Error('a share is missing');
  const ms = performance.now() - from;
  return { rate: BATCH / (ms / 1000), p99: ms, cpu: ((postgres.cpuSeconds() - before) / BATCH) * 1e6 };
}

const peers = await preparePeers(database, { seconds });
// COPY takes the rows of a first batch, each time as new ones.
await batch();

// Made beforehand, as a real path is: what a guess costs the one who guesses is not the server's.
const guesses = Array.from({ length: 20_000 }, () => `/d/${randomBytes(33).toString('base64url')}`);
const { paths } = postgres;
/** @param {import('./kit.mjs').Subject} subject @param {() => string} next @param {number} connections @param {number} [wanted] */
const at =
  (subject, next, connections, wanted = 302) =>
  async () => {
    const before = subject.cpuSeconds();
    const { rate, p99, count } = await load({ origin: subject.origin, next, connections, wanted, seconds });
    return { rate, p99, cpu: ((subject.cpuSeconds() - before) / count) * 1e6 };
  };

/** @type {Record<string, () => Promise<Rate>>} */
const contenders = {
  'bare, 20': at(bare, () => '/d/x', 20),
  'bare, 60': at(bare, () => '/d/x', 60),
  'pgbench, 20': () => peers.pgbench(),
  'PostgreSQL, 20': at(postgres, anyOf(paths), 20),
  'PostgreSQL, 60': at(postgres, anyOf(paths), 60),
  'PostgreSQL, one share, 60': at(postgres, () => paths[0] ?? '', 60),
  'PGlite, 20': at(pglite, anyOf(pglite.paths), 20),
  'guesses, 20': at(postgres, anyOf(guesses), 20, 404),
  'COPY of both rows': () => peers.copy(BATCH, ['share', 'audit_event']),
  "COPY of shares' rows": () => peers.copy(BATCH, ['share']),
  'batch of new shares': batch,
};
const wanted = Object.fromEntries(
  Object.entries(contenders).filter(([name]) => scenarios.some(({ ours, theirs }) => name === ours || name === theirs)),
);
/** @type {Record<string, Rate[]>} */
const results = Object.fromEntries(Object.keys(wanted).map((name) => [name, []]));
try {
  for (let round = 0; round <= ROUNDS; round += 1) {
    const order = Object.entries(wanted).toSorted(() => Math.random() - 0.5);
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
for (const name of Object.keys(wanted)) {
  const { rate, p99, cpu } = median(name);
  const time = /^(?:COPY|batch)/.test(name) ? `all in ${p99.toFixed(0)} ms` : `p99 ${p99.toFixed(1)} ms`;
  const processor = cpu === undefined ? '' : `${cpu.toFixed(0).padStart(6)} us of processor time`;
  console.log(`${name.padEnd(28)} ${rate.toFixed(0).padStart(7)}/s  ${time.padEnd(16)}${processor}`);
}
for (const { what, ours, theirs, goal } of scenarios) {
  const ratio = median(ours).rate / median(theirs).rate;
  const judged = goal === undefined ? '' : ` (goal ${goal}${ratio < goal ? ', missed' : ''})`;
  console.log(`» ${what}: ${ratio.toFixed(3)}${judged}`);
}
