// Plans of every statement of the store on a database of GRANT_PLANS_SHARES (1,000,000) shares, with uses and events: each
// that runs for a visitor must find its rows by an index. The functions' own statements are shown by auto_explain.
import pg from 'pg';
import { createPostgresOutbox, createPostgresStore, migrate, pgDatabase } from '@ossgrant/grant-handler/postgres';
import { startPostgres } from '@ossgrant/test-servers/start-postgres';
import { judgePlans, openPlans } from './explain.mjs';

const SHARES = Number(process.env['GRANT_PLANS_SHARES'] ?? 1_000_000);
const ID = `decode(md5(n::text), 'hex')`;

const database = await startPostgres();
const pool = new pg.Pool({ connectionString: database.url, max: 1 });
try {
  await migrate(pgDatabase(pool));
  const from = performance.now();
  await pool.query(`insert into share (id, token_version, owner, bucket, first_key, facts, expires_at, created_at)
    select ${ID}, 1, 'owner ' || n % 20, 'bench-bucket', 'reports/' || n, '{"keys":["reports/a.txt"]}',
      now() + interval '30 days', now() - n * interval '1 second' from generate_series(1, ${SHARES}) as n`);
  await pool.query(`insert into share_use (share_id, id, at, address, agent, key)
    select ${ID}, decode(md5('use' || n), 'hex'), now(), '203.0.113.7', 'bench', 'reports/a.txt'
    from generate_series(1, ${SHARES}) as n`);
  // The share that is asked for is a popular one.
  await pool.query(`insert into share_use (share_id, id, at, address, agent, key)
    select decode(md5('4711'), 'hex'), decode(md5('more' || n), 'hex'), now() - n * interval '1 second', '203.0.113.7', 'bench', 'reports/b.txt'
    from generate_series(1, 10000) as n`);
  await pool.query(`insert into audit_event (shard, seq, at, kind, subject, actor, body, hash)
    select n % 64, n, now(), 'share.created', ${ID}, 'bench', '{}', '\\x00' from generate_series(1, ${SHARES}) as n`);
  await pool.query(`update audit_head set seq = ${SHARES}`);
  await pool.query(`insert into session select ${ID}, ${ID}, now() from generate_series(1, 10000) as n`);
  // Webhooks began an hour ago, some shares have expired since, and many deliveries wait.
  const outbox = createPostgresOutbox(pgDatabase(pool));
  await outbox.collect(Date.now() - 3_600_000);
  await pool.query(`update share set expires_at = now() - interval '1 minute' where first_key like 'reports/1__'`);
  await pool.query(`insert into webhook_delivery (id, body, at, due_at)
    select 'evt_' || n, '{}', now(), now() + (n - 100) * interval '1 second' from generate_series(1, ${SHARES} / 10) as n`);
  await pool.query('analyze');
  console.log(`${SHARES} shares, uses and events, made in ${((performance.now() - from) / 1000).toFixed(0)} s`);
  const plansOf = await openPlans(pool);
  const store = createPostgresStore(pgDatabase(pool));
  const { rows } = await pool.query(`select encode(${ID}, 'hex') as id from (select 4711 as n) as one`);
  const shareId = String(rows[0].id);
  const at = Date.now();
  const use = { shareId, address: '203.0.113.7', agent: 'bench', key: 'reports/a.txt' };
  /** @type {Record<string, () => Promise<unknown>>} */
  const hot = {
    'find a share': () => store.findShare(shareId),
    redeem: () => store.redeem({ ...use, proof: 'ab'.repeat(16) }, at, { windowMs: 3_600_000, repeats: 1000 }),
    'repeat a redeem': () => store.redeem({ ...use, proof: 'ab'.repeat(16) }, at, { windowMs: 3_600_000, repeats: 9 }),
    'resume by address': () => store.recentUse(use, at - 3_600_000),
    'count a hit': () => store.hit('subject x', at, 60_000),
    'find a session': () => store.findSession(shareId),
    'list an owner’s shares': () => store.listShares({ owner: 'owner 7', limit: 10 }),
    'list all shares': () => store.listShares({ limit: 10 }),
    'list uses': () => store.listUses(shareId, 100),
    'list events': () => store.listEvents(shareId, 100),
    'export events': () => store.exportEvents(7, 0, 100),
    // Events that wait, and shares that have expired.
    'collect webhooks': () => outbox.collect(at),
    'claim webhooks': () => outbox.claim(at, 60_000, 8),
  };
  let scans = 0;
  for (const [name, run] of Object.entries(hot)) {
    if (!judgePlans(name, await plansOf(run))) scans += 1;
  }
  console.log(scans === 0 ? '» every hot statement has an index' : `» ${scans} without an index`);
  process.exitCode = scans === 0 ? 0 : 1;
} finally {
  await pool.end();
  await database.close();
}
