// Redeems, lists and events on a database of GRANT_LARGE_SHARES (10,000,000) shares and GRANT_LARGE_EVENTS (50,000,000) events
// beside one that is empty but for what is asked for: plans, and p50 and p99 in rounds that alternate. Every event but a share's
// first is a use. Rounds: GRANT_LARGE_ROUNDS (5). All needs some 30 GB of disk at full count. Fails where a plan reads a large table
// without an index, or p99 is more than ten times that of the empty one.
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { createPostgresStore, migrate, pgDatabase } from '@ossgrant/grant-handler/postgres';
import { startPostgres } from '@ossgrant/test-servers/start-postgres';
import { judgePlans, openPlans } from './explain.mjs';

const SHARES = Number(process.env['GRANT_LARGE_SHARES'] ?? 10_000_000);
const EVENTS = Number(process.env['GRANT_LARGE_EVENTS'] ?? 50_000_000);
const ROUNDS = Number(process.env['GRANT_LARGE_ROUNDS'] ?? 5);
const CALLS = 2000;
const CONNECTIONS = 20;
const OWNERS = 100;
// As many of each owner as a list shows.
const FEW = 10_000;
const MOST_RATIO = 10;

const ID = `decode(md5(n::text), 'hex')`;

/** @typedef {{ name: string, pool: pg.Pool, shares: number, times: Record<string, number[]> }} Subject */

/**
 * Fills a table with its indexes away, which are made anew: that takes a fraction of the time.
 *
 * @param {pg.Pool} pool @param {string} target the table and its columns @param {string} rows
 */
async function fill(pool, target, rows) {
  const table = target.replace(/ .*/, '');
  const { rows: constraints } = await pool.query(
    `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = $1::regclass and contype = 'p'`,
    [table],
  );
  for (const { name } of constraints) await pool.query(`alter table ${table} drop constraint ${name}`);
  const { rows: indexes } = await pool.query(`select indexname, indexdef from pg_indexes where tablename = $1`, [
    table,
  ]);
  for (const { indexname } of indexes) await pool.query(`drop index ${indexname}`);
  await pool.query(`insert into ${target} ${rows}`);
  for (const { indexdef } of indexes) await pool.query(indexdef);
  for (const { name, definition } of constraints) {
    await pool.query(`alter table ${table} add constraint ${name} ${definition}`);
  }
}

/** @param {pg.Pool} pool @param {number} shares @param {number} events */
async function fillAll(pool, shares, events) {
  await migrate(pgDatabase(pool));
  const shareRows = fill(
    pool,
    'share (id, token_version, owner, bucket, first_key, facts, uses, expires_at, created_at)',
    `select ${ID}, 1, 'owner ' || n % ${OWNERS}, 'bench-bucket', 'reports/' || n, '{"keys":["reports/a.txt"]}', 0,
      now() + interval '30 days', now() - n * interval '0.1 second' from generate_series(1, ${shares}) as n`,
  );
  const useRows = fill(
    pool,
    'share_use (share_id, id, at, address, agent, key)',
    `select decode(md5((1 + n % ${shares})::text), 'hex'), decode(md5('use' || n), 'hex'), now() - n * interval '0.1 second',
      '203.0.113.7', 'curl/8.5.0', 'reports/a.txt' from generate_series(1, ${events - shares}) as n`,
  );
  const eventRows = fill(
    pool,
    'audit_event (shard, seq, at, kind, subject, actor, body, hash)',
    `select get_byte(id, 0) % 64, n, now(), case when n <= ${shares} then 'share.created' else 'share.redeemed' end, id, '203.0.113.7',
      '{"use":"' || md5('use' || n) || '","key":"reports/a.txt","agent":"curl/8.5.0"}', decode(md5('a' || n) || md5('b' || n), 'hex')
      from (select n, decode(md5((1 + n % ${shares})::text), 'hex') as id from generate_series(1, ${events}) as n) as event`,
  );
  await Promise.all([shareRows, useRows, eventRows]);
  // Places in a chain need no neighbours for what is measured here.
  await pool.query(`update audit_head set seq = ${events}`);
  for (const text of ['vacuum analyze', 'checkpoint']) await pool.query(text);
}

/**
 * Calls for any of the database's shares, and how many are under way at a time.
 *
 * @param {Subject} subject @returns {Record<string, { parallel: number, call: () => Promise<unknown> }>}
 */
function callsOf({ pool, shares }) {
  const store = createPostgresStore(pgDatabase(pool));
  const any = () => 1 + Math.floor(Math.random() * shares);
  const anyId = () => createHash('md5').update(String(any())).digest('hex');
  const limits = { windowMs: 3_600_000, repeats: 1000 };
  const use = { address: '203.0.113.7', agent: 'curl/8.5.0', key: 'reports/a.txt' };
  return {
    redeem: {
      parallel: CONNECTIONS,
      call: () =>
        store.redeem({ ...use, shareId: anyId(), proof: randomBytes(16).toString('hex') }, Date.now(), limits),
    },
    'an owner’s list': {
      parallel: 1,
      call: () => store.listShares({ owner: `owner ${any() % OWNERS}`, limit: 100 }),
    },
    'a share’s events': { parallel: 1, call: () => store.listEvents(anyId(), 100) },
  };
}

/** @param {{ parallel: number, call: () => Promise<unknown> }} subject @returns {Promise<number[]>} in milliseconds */
async function measure({ parallel, call }) {
  /** @type {number[]} */
  const times = [];
  let left = CALLS;
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (left > 0) {
        left -= 1;
        const from = performance.now();
        await call();
        times.push(performance.now() - from);
      }
    }),
  );
  return times;
}

/** @param {pg.Pool} pool @param {string} database @param {number} max */
function poolOf(pool, database, max, options = '') {
  const url = new URL(String(pool.options.connectionString));
  url.pathname = `/${database}`;
  const made = new pg.Pool({ connectionString: url.href, max, options });
  // The server's end may come before that of a connection.
  return made.on('error', () => {});
}

/** @param {readonly number[]} times @param {number} part */
function quantile(times, part) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * part)] ?? 0;
}

const server = await startPostgres();
const main = new pg.Pool({ connectionString: server.url, max: 1 }).on('error', () => {});
/** @type {Subject[]} */
const subjects = [];
let wrong = 0;
try {
  for (const [name, shares, events] of /** @type {const} */ ([
    ['empty', FEW, Math.round((FEW * EVENTS) / SHARES)],
    ['large', SHARES, EVENTS],
  ])) {
    await main.query(`create database ${name}`);
    const filling = poolOf(main, name, 3, '-c synchronous_commit=off -c maintenance_work_mem=512MB');
    const from = performance.now();
    await fillAll(filling, shares, events);
    const { rows } = await filling.query('select pg_database_size(current_database()) / 1e6 as mb');
    await filling.end();
    const seconds = ((performance.now() - from) / 1000).toFixed(0);
    console.log(`${name}: ${shares} shares, ${events} events, ${Math.round(rows[0].mb)} MB, made in ${seconds} s`);
    subjects.push({ name, shares, pool: poolOf(main, name, CONNECTIONS), times: {} });
  }
  for (const { name, shares } of subjects) {
    const pool = poolOf(main, name, 1);
    const plansOf = await openPlans(pool);
    for (const [what, { call }] of Object.entries(callsOf({ name, shares, pool, times: {} }))) {
      const text = await plansOf(call);
      // What is empty may be read as a whole.
      if (name === 'large' && !judgePlans(what, text)) wrong += 1;
      if (name === 'large') console.log(text.replaceAll(/^Query Text:[^]*?(?=^\S+.*\(cost)/gm, ''));
    }
    await pool.end();
  }
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const subject of subjects) {
      for (const [what, one] of Object.entries(callsOf(subject))) {
        const times = await measure(one);
        if (round > 0) (subject.times[what] ??= []).push(...times);
      }
    }
  }
  const [empty, large] = subjects;
  for (const [what, times] of Object.entries(large?.times ?? {})) {
    const beside = empty?.times[what] ?? [];
    const [p50, p99] = [0.5, 0.99].map((part) => [quantile(times, part), quantile(beside, part)]);
    const ratio = (p99?.[0] ?? 0) / (p99?.[1] ?? 1);
    if (ratio > MOST_RATIO) wrong += 1;
    const text = [p50, p99].map((pair) => pair?.map((ms) => ms.toFixed(1)).join(' and ')).join(' ms, p99 ');
    console.log(
      `${ratio > MOST_RATIO ? '✗' : '✓'} ${what}, large and empty: p50 ${text} ms, ratio ${ratio.toFixed(2)}`,
    );
  }
} finally {
  await Promise.all([main, ...subjects.map(({ pool }) => pool)].map((pool) => pool.end()));
  await server.close();
}
console.log(wrong === 0 ? '» size costs no more than an index does' : `» ${wrong} problems`);
process.exitCode = wrong === 0 ? 0 : 1;
