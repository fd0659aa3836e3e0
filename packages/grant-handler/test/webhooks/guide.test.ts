import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPostgresOutbox } from '../../src/postgres/index.ts';
import { createWebhooks, type WebhookOutbox } from '../../src/webhooks/index.ts';
import { openStand, type Stand } from '../kit.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OLD_SECRET = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;

let stand: Stand;
let outbox: WebhookOutbox;
let receiver: Receiver;
beforeAll(async () => {
  stand = await openStand();
  outbox = createPostgresOutbox(stand.database);
  // What happens from here on is announced.
  await outbox.collect(stand.clock.now());
}, 120_000);
afterAll(() => stand.close());
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

async function run(secrets: readonly string[]): Promise<void> {
  const { url } = receiver;
  const webhooks = createWebhooks({ url, networks: ['127.0.0.1'], secrets, outbox, now: stand.clock.now });
  try {
    await webhooks.run();
  } finally {
    await webhooks.close();
  }
}

/** The functions that the guide shows. */
async function guideFunctions<T>(name: string): Promise<T> {
  const guide = path.join(import.meta.dirname, '../../../../docs/guides/receive-webhooks.md');
  const blocks = (await readFile(guide, 'utf8')).matchAll(/^```js\n(.*?)^```$/gms);
  const code = [...blocks].map(([, text = '']) => text).find((text) => text.includes(`function ${name}(`)) ?? '';
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as T;
}

test('a webhook is kept once by the function of the guide, however often and wherever it arrives', async () => {
  const { keepWebhook } = await guideFunctions<{
    keepWebhook(sql: object, id: string, event: unknown): Promise<boolean>;
  }>('keepWebhook');
  const query = async (text: string, values: readonly unknown[] = []): Promise<{ rows: readonly unknown[] }> => ({
    rows: await stand.database.query({ text }, values),
  });
  await query(
    'create table webhook (id text primary key, at timestamptz not null, type text not null, share text not null, body jsonb not null)',
  );
  expect((await stand.visit((await stand.share()).path)).status).toBe(302);
  await run([SECRET]);
  const { headers, body } = receiver.received[0] ?? {};
  const id = String(headers?.['webhook-id']);
  const event = JSON.parse(body ?? '') as { timestamp: string };
  const kept = await Promise.all([1, 2, 3].map(() => keepWebhook({ query }, id, event)));
  expect(kept.filter(Boolean)).toHaveLength(1);
  const { rows } = await query(`select date_part('epoch', at) * 1000 as at, body::text as body from webhook`);
  expect(rows).toEqual([{ at: Date.parse(event.timestamp), body: expect.any(String) }]);
  await query('drop table webhook');
});

test('a webhook is verified by the function of the guide', async () => {
  const { verifyWebhook } = await guideFunctions<{
    verifyWebhook(secret: string, headers: Headers, body: string, now?: number): unknown;
  }>('verifyWebhook');
  expect((await stand.visit((await stand.share()).path)).status).toBe(302);
  await run([OLD_SECRET, SECRET]);
  const body = receiver.received[0]?.body ?? '';
  const headers = new Headers(receiver.received[0]?.headers as Record<string, string>);
  const now = stand.clock.now();
  expect(verifyWebhook(SECRET, headers, body, now)).toEqual(JSON.parse(body));
  expect(() => verifyWebhook(SECRET, headers, `${body} `, now)).toThrow();
  expect(() => verifyWebhook(SECRET, new Headers(), body, now)).toThrow();
  expect(() => verifyWebhook(SECRET, headers, body, now + 301_000)).toThrow();
  expect(() => verifyWebhook(SECRET, headers, body, now - 301_000)).toThrow();
});
