import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proofId } from './proof-id.ts';
import { BIN, type Servers, startServers } from './start-servers.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const USES = 200;

interface Event {
  readonly id: string;
  readonly type: string;
  readonly use?: unknown;
}

let receiver: Server;
let servers: Servers;
let pool: pg.Pool;
const received: Event[] = [];
let status = 200;
beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const text of request.setEncoding('utf8')) body += String(text);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    // It throws, and nothing is counted, when a signature is wrong.
    const event = new Webhook(SECRET).verify(body, headers) as { type: string; data: { details: { use?: string } } };
    received.push({ id: headers['webhook-id'] ?? '', type: event.type, use: event.data.details.use });
    response.writeHead(status).end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  servers = await startServers(2, {
    GRANT_WEBHOOK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`,
    GRANT_WEBHOOK_SECRETS: SECRET,
    GRANT_WEBHOOK_NETWORKS: '127.0.0.1',
  });
  pool = new pg.Pool({ connectionString: servers.database.url });
}, 120_000);
afterAll(async () => {
  await pool.end();
  await servers.close();
  receiver.closeAllConnections();
  receiver.close();
}, 60_000);

async function webhooks(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [BIN, 'webhooks', ...args], { env: servers.env })).stdout;
}

test('every acknowledged use is announced, though one of two servers is killed among them', async () => {
  const { urls } = await servers.share({ maxUses: USES });
  const acknowledged = new Set<string>();
  const redeem = async (url: string): Promise<void> => {
    const response = await fetch(url, { redirect: 'manual' }).catch(() => undefined);
    // A server that was killed may have counted it: it is not acknowledged.
    if (response?.status === 302) acknowledged.add(proofId(response.headers.get('x-ossgrant-use') ?? ''));
  };
  for (let n = 0; n < USES / 2; n += 1) {
    if (n === USES / 4) void servers.kill(1);
    await Promise.all(urls.map(redeem));
  }
  while ((await fetch(urls[0] ?? '', { redirect: 'manual' })).status === 302);
  // Those that the killed one had claimed wait for a minute: its lease.
  await expect
    .poll(
      async () => {
        await pool.query('update webhook_delivery set due_at = now()');
        return received.filter(({ type }) => type === 'share.ended').length > 0 && (await waiting()) === 0;
      },
      { timeout: 60_000, interval: 500 },
    )
    .toBe(true);
  const uses = new Set(received.filter(({ type }) => type === 'share.redeemed').map(({ use }) => use));
  expect(acknowledged.size).toBeGreaterThan(USES / 4);
  expect([...acknowledged].filter((use) => !uses.has(use))).toEqual([]);
  expect(uses.size).toBe(USES);
  const { rows } = await pool.query<{ id: string }>(`select encode(id, 'hex') as id from share_use`);
  expect(new Set(rows.map(({ id }) => id))).toEqual(uses);
  expect(new Set(received.map(({ id }) => id)).size).toBe(USES + 1);
}, 120_000);

async function waiting(): Promise<number> {
  const { rows } = await pool.query<{ count: string }>('select count(*) from webhook_delivery');
  return Number(rows[0]?.count);
}

test('an operator sees in the metrics what was given up, lists it, and sends it again', async () => {
  status = 410;
  const before = received.length;
  const { urls } = await servers.share({});
  await fetch(urls[0] ?? '', { redirect: 'manual' });
  const metrics = async (): Promise<string> => (await fetch(`${servers.urls[0]}/metrics`)).text();
  await expect.poll(metrics, { timeout: 30_000, interval: 500 }).toContain('grant_webhooks{state="dead"} 1');
  expect(await metrics()).toContain('grant_webhook_attempts_total{outcome="dead"} 1');
  const dead = JSON.parse(await webhooks('list')) as { id: string; failure: string; event: { type: string } };
  expect(dead).toMatchObject({ failure: 'status 410', event: { type: 'share.redeemed' } });
  status = 200;
  expect(await webhooks('retry', dead.id)).toBe('1 will be sent again\n');
  await expect.poll(waiting, { timeout: 30_000, interval: 500 }).toBe(0);
  expect(received.slice(before).map(({ id }) => id)).toEqual([dead.id, dead.id]);
}, 90_000);
