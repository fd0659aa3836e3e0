import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareUses } from './compare-uses.ts';
import { randomFrom, startLoad } from './soak-load.ts';
import { flatness, watch } from './soak-watch.ts';
import { BIN, BUCKET, type Servers, startServers } from './start-servers.ts';

// `pnpm proof grant-server-soak` runs half an hour of it.
const SECONDS = Number(process.env['OSSGRANT_SECONDS'] ?? 24);
const INSTANCES = 3;
const KILL_EVERY = Math.min(20, SECONDS / 4);
/** It decides whom the kills hit and what the visitors ask for; when a request arrives it cannot decide. */
const SEED = 2_026;
const OWNERS = 10;
/**
 * What the same age of an instance may differ by in an hour, and the most that one may hold. How a life grows is printed only: in its
 * first minutes the heap finds its size, and few live longer here; `pnpm proof grant-server-memory` judges that.
 */
const MOST = { mibPerHour: 100, mib: 400, filesPerHour: 40, files: 200, p99Ms: 5000 };
/** A shorter run says nothing of slopes, and a test does not depend on speed. */
const JUDGED = SECONDS >= 600;

let folder: string;
let servers: Servers;
let pool: pg.Pool;
const keys: string[] = [];
const anchorsOf = (index: number | string): string => path.join(folder, `anchors-${index}`);
const command = (...args: string[]): Promise<{ stdout: string }> =>
  promisify(execFile)(process.execPath, [BIN, ...args], { env: servers.env, maxBuffer: 2 ** 26 });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'grant-soak-'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = path.join(folder, 'audit-key.pem');
  await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  servers = await startServers(
    INSTANCES,
    { GRANT_AUDIT_KEY_FILE: key, GRANT_AUDIT_ANCHORS: anchorsOf('all') },
    (n) => ({
      GRANT_AUDIT_ANCHORS: anchorsOf(n),
    }),
  );
  // Several owners, as each has a limit of requests.
  for (let n = 0; n < OWNERS; n += 1) {
    const { stdout } = await command('keys', 'make', '--owner', `owner-${n}`, '--scope', `${BUCKET}/=365`);
    keys.push(stdout.trim());
  }
  pool = new pg.Pool({ connectionString: servers.database.url, max: 2 });
  pool.on('error', () => {});
}, 180_000);
afterAll(async () => {
  await pool.end();
  await servers.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** Kills an instance every so often and crashes the database twice, while the load goes on. */
async function disturb(): Promise<{ kills: number; crashes: number }> {
  const random = randomFrom(SEED);
  const startedAt = performance.now();
  const at = (): number => (performance.now() - startedAt) / 1000;
  const until = (second: number): Promise<void> => pause(Math.max(0, second - at()) * 1000);
  const log = (text: string): void => console.log(`${at().toFixed(0).padStart(5)} s  ${text}`);
  let kills = 0;
  let crashes = 0;

  async function killing(): Promise<void> {
    for (let second = KILL_EVERY; Math.max(second, at()) < SECONDS - 2; second += KILL_EVERY) {
      await until(second);
      const victim = Math.floor(random() * INSTANCES);
      const pid = servers.pid(victim);
      await servers.kill(victim);
      kills += 1;
      const from = at();
      await servers.restart(victim);
      log(`killed instance ${victim + 1}, process ${pid}; after ${(at() - from).toFixed(1)} s it is back`);
    }
  }

  async function crashing(): Promise<void> {
    for (const second of [SECONDS / 3, (SECONDS * 2) / 3]) {
      await until(second);
      const from = at();
      await servers.database.stop();
      await servers.database.start();
      crashes += 1;
      log(`crashed PostgreSQL; after ${(at() - from).toFixed(1)} s it is back`);
    }
  }

  await Promise.all([killing(), crashing(), until(SECONDS)]);
  return { kills, crashes };
}

/** `audit verify` with the anchors of all instances. */
async function verifyAudit(): Promise<string> {
  const files = await Promise.all(Array.from({ length: INSTANCES }, (_, n) => readFile(anchorsOf(n), 'utf8')));
  await writeFile(anchorsOf('all'), files.map((text) => `${text}\n`).join(''));
  return (await command('audit', 'verify')).stdout.trim();
}

function part(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
}

test(
  'under load, kills and crashes of the database no acknowledged use is lost, none goes over a limit, and nothing grows',
  async () => {
    console.log(`seed ${SEED}: ${SECONDS} s, ${INSTANCES} instances, a kill every ${KILL_EVERY} s`);
    const watching = watch(() => servers.urls.map((_, index) => servers.pid(index)));
    const load = await startLoad(servers.urls, keys, randomFrom(SEED + 1));
    const { kills, crashes } = await disturb();
    const report = await load.stop();
    const samples = watching.stop();
    const facts = await compareUses(pool, report);
    const audit = await verifyAudit();
    const [memory, files] = [flatness(samples, 'mib'), flatness(samples, 'files')];
    const p99Ms = part(report.redeemMs, 0.99);

    const { acknowledged, counted } = facts;
    const perSecond = (acknowledged / SECONDS).toFixed(0);
    console.log(`» ${kills} kills, ${crashes} crashes of the database, ${report.broken} tries without an answer
» ${acknowledged} uses acknowledged (${perSecond}/s), ${facts.lost} lost, ${facts.overLimit} shares over their limit, ${report.refused} refused as used up
» ${counted} uses counted, ${counted - acknowledged} of them not acknowledged (${report.unfinished} requests unfinished at the end), ${facts.miscounted} shares miscounted, ${facts.events} events of a use
» ${report.shares.length} shares acknowledged, ${facts.lostShares} lost, ${facts.created} kept
» audit verify: ${audit}
» redeem p50 ${part(report.redeemMs, 0.5).toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms; list p99 ${part(report.listMs, 0.99).toFixed(1)} ms; the longest wait, tries together, ${(report.longestMs / 1000).toFixed(1)} s
» memory: at most ${memory.most.toFixed(0)} MiB; at the same age ${memory.perHourOfRun.toFixed(1)} MiB more in an hour of the run; a life adds ${memory.perMinuteOfLife.toFixed(2)} MiB a minute after its first (${memory.lives} lives)
» open files: at most ${files.most}; at the same age ${files.perHourOfRun.toFixed(1)} more in an hour; a life adds ${files.perMinuteOfLife.toFixed(2)} a minute
» slopes and times are ${JUDGED ? 'judged' : 'not judged: the run is too short'}`);

    expect(crashes).toBe(2);
    expect(kills).toBeGreaterThan(0);
    expect(acknowledged).toBeGreaterThan(SECONDS);
    expect(facts).toMatchObject({ lost: 0, lostShares: 0, overLimit: 0, miscounted: 0, events: counted });
    expect(counted - acknowledged).toBeLessThanOrEqual(report.unfinished);
    expect(counted).toBeGreaterThanOrEqual(acknowledged);
    expect(facts.created).toBeLessThanOrEqual(report.shares.length + report.unfinished);
    expect(audit).toMatch(/^\d+ events are as they were; the last anchor is of/);
    expect(files.most).toBeLessThan(MOST.files);
    expect(memory.most).toBeLessThan(MOST.mib);
    if (!JUDGED) return;
    expect(p99Ms).toBeLessThan(MOST.p99Ms);
    expect(memory.perHourOfRun).toBeLessThan(MOST.mibPerHour);
    expect(files.perHourOfRun).toBeLessThan(MOST.filesPerHour);
  },
  (SECONDS + 600) * 1000,
);
