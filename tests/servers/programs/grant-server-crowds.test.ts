import { createPostgresStore, pgDatabase } from '@ossgrant/grant-handler/postgres';
import { followChain, type Store } from '@ossgrant/grant-handler';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proofId } from './proof-id.ts';
import { type Servers, startServers } from './start-servers.ts';

let servers: Servers;
let pool: pg.Pool;
let store: Store;
beforeAll(async () => {
  servers = await startServers(3);
  pool = new pg.Pool({ connectionString: servers.database.url, max: 2 });
  pool.on('error', () => {});
  store = createPostgresStore(pgDatabase(pool));
}, 120_000);
afterAll(async () => {
  await pool.end();
  await servers.close();
}, 60_000);

async function expectWholeChains(): Promise<void> {
  for (const { shard, seq, hash } of await store.heads()) {
    const events = await store.exportEvents(shard, 0, 1_000_000);
    expect(await followChain(shard, events)).toEqual({ seq, hash });
  }
}

test.each([[1], [37]])(
  '1,000 redeems at once of a share with maxUses %i, over 3 processes, are exactly so many uses',
  async (maxUses) => {
    const { id, urls } = await servers.share({ maxUses });
    const statuses = await Promise.all(
      Array.from({ length: 1000 }, async (_, n) => (await fetch(urls[n % 3] ?? '', { redirect: 'manual' })).status),
    );
    expect(statuses.filter((status) => status === 302)).toHaveLength(maxUses);
    expect(statuses.filter((status) => status === 410)).toHaveLength(1000 - maxUses);
    expect((await store.findShare(id))?.uses).toBe(maxUses);
    await expectWholeChains();
  },
  120_000,
);

test('a killed server and a crashed database lose no use that was acknowledged, and let none over the limit', async () => {
  const limited = await servers.share({ maxUses: 300 });
  const open = await servers.share({});
  const acknowledged = { limited: new Set<string>(), open: new Set<string>() };
  const stop = new AbortController();
  const visitor = async (kind: 'limited' | 'open', index: number): Promise<void> => {
    const url = (kind === 'limited' ? limited : open).urls[index] ?? '';
    while (!stop.signal.aborted) {
      try {
        const response = await fetch(url, { headers: { accept: 'application/json' } });
        const answer = (await response.json()) as { use?: string };
        if (response.status === 200 && answer.use !== undefined) acknowledged[kind].add(answer.use);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  const visitors = Array.from({ length: 24 }, (_, n) => visitor(n % 2 === 0 ? 'limited' : 'open', n % 3));
  const load = async (uses: number): Promise<void> => {
    const goal = acknowledged.open.size + uses;
    while (acknowledged.open.size < goal) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await load(100);
  await servers.kill(2);
  await load(100);
  await servers.database.stop();
  await servers.database.start();
  await load(100);
  stop.abort();
  await Promise.all(visitors);
  for (const [kind, { id }] of [
    ['limited', limited],
    ['open', open],
  ] as const) {
    const kept = new Set((await store.listUses(id, 1_000_000)).map((use) => use.id));
    const lost = [...acknowledged[kind]].filter((proof) => !kept.has(proofId(proof)));
    expect(lost).toEqual([]);
    expect((await store.findShare(id))?.uses).toBe(kept.size);
  }
  expect((await store.findShare(limited.id))?.uses).toBe(300);
  await expectWholeChains();
}, 180_000);

test('an answer that was lost is had again with its proof, also from another server', async () => {
  const { id, urls } = await servers.share({ maxUses: 1 });
  const headers = { 'x-ossgrant-use': 'C'.repeat(32) };
  const [here = '', there = ''] = urls;
  const aborted = new AbortController();
  const lost = fetch(here, { headers, redirect: 'manual', signal: aborted.signal }).catch(() => undefined);
  while (((await store.findShare(id))?.uses ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  aborted.abort();
  await lost;
  expect((await fetch(there, { headers, redirect: 'manual' })).status).toBe(302);
  expect((await store.findShare(id))?.uses).toBe(1);
});
