// What the database can do without a server before it: pgbench calling the same function, and COPY of the rows that a batch writes.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { p99Of } from './kit.mjs';

/** @typedef {import('./kit.mjs').Rate} Rate */

// One use of a random share, as a batch of one: what the server sends when nothing else waits.
const REDEEM = `\\set n random(1, :shares)
select redeem((extract(epoch from now()) * 1000)::bigint::float8, 3600000, 1000,
  array[(select id from bench_place where n = :n)], array[proof], array['203.0.113.7'], array['bench'], array['reports/a.txt'],
  array['{"use":"' || proof || '","key":"reports/a.txt","agent":"bench"}']) from (select md5(random()::text) as proof) as p;
`;

// Rows that were not copied before: another id or place each time, spread as those of a batch are.
const NEW_ID = `substr(sha256(convert_to('copy $copies ', 'UTF8') || ID), 1, 16)`;
/** @type {Record<string, { where: string, change: string }>} */
const FRESH = {
  share: { where: '', change: `id = ${NEW_ID.replace('ID', 'id')}` },
  audit_event: {
    where: "where kind = 'share.created'",
    change: `subject = ${NEW_ID.replace('ID', 'subject')}, seq = seq + $copies * 10000000`,
  },
};

/**
 * Prepares them on a database that holds shares.
 *
 * @param {import('@ossgrant/test-servers/start-postgres').PostgresServer} database
 * @param {{ seconds: number }} options
 * @returns {Promise<{ pgbench(): Promise<Rate>, copy(rows: number, tables: string[]): Promise<Rate>, close(): Promise<void> }>}
 */
export async function preparePeers(database, { seconds }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'grant-bench-'));
  const script = path.join(folder, 'redeem.sql');
  await writeFile(script, REDEEM);
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  await pool.query(`create table bench_place as select row_number() over () as n, encode(id, 'hex') as id from share`);
  await pool.query('create unique index on bench_place (n)');
  // As full as the tables that a batch writes to: an index that holds little takes rows faster.
  for (const table of Object.keys(FRESH)) {
    await pool.query(`create table bench_${table} (like ${table} including all)`);
    await pool.query(`insert into bench_${table} select * from ${table}`);
    await pool.query(`create table bench_new_${table} (like ${table})`);
  }
  await pool.query('analyze');
  const { rows } = await pool.query('select count(*)::int as shares from bench_place');
  const shares = String(rows[0].shares);
  let copies = 0;

  // Connecting is part of it, and takes a moment.
  const duration = String(Math.max(3, Math.ceil(seconds)));

  return {
    async pgbench() {
      const log = path.join(folder, 'latency');
      const args = ['-n', '-c', '20', '-j', '2', '-T', duration, '-M', 'prepared', '-f', script];
      const more = ['-D', `shares=${shares}`, '--log', `--log-prefix=${log}`];
      const where = ['-h', '127.0.0.1', '-p', String(database.port), '-U', 'postgres', 'postgres'];
      const { stdout } = await promisify(execFile)(`${database.bin}/pgbench`, [...args, ...more, ...where]);
      /** @type {number[]} */
      const times = [];
      for (const name of await readdir(folder)) {
        if (!name.startsWith('latency')) continue;
        const lines = (await readFile(path.join(folder, name), 'utf8')).trim().split('\n');
        // The third column is the transaction's time in microseconds.
        for (const line of lines) times.push(Number(line.split(' ')[2]) / 1000);
        await rm(path.join(folder, name));
      }
      // Where nothing was done in time it says no rate.
      const rate = Number(/tps = ([\d.]+)/.exec(stdout)?.[1] ?? 0);
      return { rate, p99: p99Of(times) };
    },
    async copy(wanted, tables) {
      const client = await pool.connect();
      try {
        copies += 1;
        for (const table of tables) {
          const { where, change } = FRESH[table] ?? { where: '', change: '' };
          await client.query(`truncate bench_new_${table}`);
          await client.query(`insert into bench_new_${table} select * from ${table} ${where} limit ${wanted}`);
          await client.query(`update bench_new_${table} set ${change.replaceAll('$copies', String(copies))}`);
          // A program of the database's own machine reads and writes the file: the fastest way in.
          await client.query(`copy bench_new_${table} to program 'cat > bench_${table}'`);
        }
        const from = performance.now();
        await client.query('begin');
        for (const table of tables) {
          const { rowCount } = await client.query(`copy bench_${table} from program 'cat bench_${table}'`);
          if (rowCount !== wanted) throw new Error(`COPY took ${rowCount} rows of ${table}`);
        }
        await client.query('commit');
        const ms = performance.now() - from;
        return { rate: wanted / (ms / 1000), p99: ms };
      } finally {
        client.release();
      }
    },
    async close() {
      await pool.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
