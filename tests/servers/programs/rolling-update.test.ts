import { execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareUses } from './compare-uses.ts';
import { randomFrom, startLoad } from './soak-load.ts';
import { BIN, type Servers, started, startServers } from './start-servers.ts';

const NEWER = { NODE_OPTIONS: `--import=${new URL('newer-version.mjs', import.meta.url).href}` };

let servers: Servers;
let pool: pg.Pool;
let newer: ChildProcess | undefined;
beforeAll(async () => {
  servers = await startServers(2);
  pool = new pg.Pool({ connectionString: servers.database.url, max: 2 });
}, 120_000);
afterAll(async () => {
  newer?.kill('SIGKILL');
  await pool.end();
  await servers.close();
}, 60_000);

async function numberOf(query: string): Promise<number> {
  const { rows } = await pool.query<{ n: string }>(query);
  return Number(rows[0]?.n);
}

const versionOf = (): Promise<number> => numberOf('select max(version) as n from grant_migration');
const countUses = (): Promise<number> => numberOf('select count(*) as n from share_use');

/** Waits until the load has had so many uses counted. */
async function more(uses: number): Promise<void> {
  const goal = (await countUses()) + uses;
  while ((await countUses()) < goal) await pause(50);
}

test('two versions share one database: the old one goes on while the new one migrates, beside it, and again after it', async () => {
  const load = await startLoad(servers.urls, [servers.key], randomFrom(7), { everyMs: 600 });
  await more(30);
  const before = await versionOf();

  // Nobody is turned away while the newer version's migration runs.
  await promisify(execFile)(process.execPath, [BIN, 'migrate'], { env: { ...servers.env, ...NEWER } });
  expect(await versionOf()).toBe(before + 1);
  await more(60);
  expect(load.broken()).toBe(0);

  // The newer one takes the place of an older one.
  await servers.kill(0, 'SIGTERM');
  const { port } = new URL(servers.urls[0] ?? '');
  newer = await started({ ...servers.env, ...NEWER, PORT: port });
  await more(60);

  // Back again: the older program starts on the newer tables.
  const ended = once(newer, 'exit');
  newer.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await servers.restart(0);
  await more(60);
  expect(await versionOf()).toBe(before + 1);

  const report = await load.stop();
  const facts = await compareUses(pool, report);
  expect(facts).toMatchObject({ lost: 0, lostShares: 0, overLimit: 0, miscounted: 0, events: facts.counted });
  expect(facts.acknowledged).toBeGreaterThan(200);
  // Also the older processes fed what the newer version has added.
  expect(await numberOf('select count(*) as n from noted_use')).toBeGreaterThan(150);
}, 180_000);
