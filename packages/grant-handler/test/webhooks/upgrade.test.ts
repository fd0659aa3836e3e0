import { beforeAll, expect, test } from 'vitest';
import { createPostgresOutbox, migrate } from '../../src/postgres/index.ts';
import { openStore } from '../kit.ts';

const AT = Date.parse('2027-01-01T00:00:00Z');
const ID = 'ab'.repeat(16);

let opened: Awaited<ReturnType<typeof openStore>>;
beforeAll(async () => void (opened = await openStore()), 120_000);

test('a database from before webhooks gets their tables, whoever comes first, and its shares end', async () => {
  const { store, database } = opened;
  for (const text of [
    'drop function collect_webhooks',
    'drop table webhook_cursor, webhook_delivery',
    'alter table share drop column ended',
    'delete from grant_migration where version = 2',
  ]) {
    await database.query({ text }, []);
  }
  const facts = { keys: ['reports/a.txt'] };
  const share = { id: ID, tokenVersion: 1, bucket: 'a-bucket', facts, expiresAt: new Date(AT + 60_000) };
  await store.createShares([share], 'alice', { at: AT, actor: 'alice' });

  await Promise.all([migrate(database), migrate(database)]);
  const outbox = createPostgresOutbox(database);
  expect(await outbox.collect(AT)).toBe(0);
  expect(await outbox.collect(AT + 60_000)).toBe(1);
  expect(await outbox.collect(AT + 60_000)).toBe(1);
  const [delivery] = await outbox.claim(AT + 60_000, 1000, 10);
  expect(JSON.parse(delivery?.body ?? '')).toMatchObject({ type: 'share.ended', data: { share: { id: ID } } });
  expect((await store.findShare(ID))?.uses).toBe(0);
});
