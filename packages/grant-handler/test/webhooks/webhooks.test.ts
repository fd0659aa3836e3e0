import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPostgresOutbox } from '../../src/postgres/index.ts';
import { webhookEventSchema } from '../../src/webhooks/event-schema.ts';
import {
  createWebhooks,
  type WebhookAttempt,
  type WebhookOptions,
  type WebhookOutbox,
  type Webhooks,
} from '../../src/webhooks/index.ts';
import { openStand, type Stand } from '../kit.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OLD_SECRET = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;
const DAY_MS = 86_400_000;

let stand: Stand;
let outbox: WebhookOutbox;
let receiver: Receiver;
let attempts: WebhookAttempt[];
beforeAll(async () => {
  stand = await openStand();
  outbox = createPostgresOutbox(stand.database);
}, 120_000);
afterAll(() => stand.close());
beforeEach(async () => {
  receiver = await startReceiver();
  attempts = [];
});
afterEach(async () => {
  await receiver.close();
  // What a test has left behind is not the next one's.
  while ((await outbox.collect(stand.clock.now())) > 0);
  await stand.database.query({ text: 'delete from webhook_delivery' }, []);
});

function webhooks(changes: Partial<WebhookOptions> = {}): Webhooks {
  return createWebhooks({
    url: receiver.url,
    networks: ['127.0.0.1'],
    secrets: [SECRET],
    outbox,
    now: stand.clock.now,
    onAttempt: (attempt) => void attempts.push(attempt),
    ...changes,
  });
}

async function run(changes: Partial<WebhookOptions> = {}): Promise<void> {
  const made = webhooks(changes);
  try {
    await made.run();
  } finally {
    await made.close();
  }
}

async function redeem(share: { path: string }, count = 1): Promise<void> {
  for (let n = 0; n < count; n += 1) expect((await stand.visit(share.path)).status).toBe(302);
}

test('while nothing collects nothing is written, and what came before the first time is not announced', async () => {
  const share = await stand.share({ maxUses: 1, expiresIn: '60s' });
  await redeem(share);
  stand.clock.advance(61_000);
  const count = `select (select count(*) from webhook_cursor) + (select count(*) from webhook_delivery) as rows`;
  const [row] = await stand.database.query({ text: count }, []);
  expect(Number(row?.['rows'])).toBe(0);
  await run();
  await redeem(await stand.share());
  await run();
  expect(receiver.received).toHaveLength(1);
  expect(receiver.types(share.id)).toEqual([]);
});

test('uses, changes and ends are announced once each, as the description of the API has them, without a secret', async () => {
  const share = await stand.share({ maxUses: 2, label: 'for "Bob"', password: 'very secret' });
  const visit = { method: 'POST', body: new URLSearchParams({ password: 'very secret' }) };
  await stand.visit(share.path, { ...visit, headers: { 'user-agent': 'tester/1' } });
  await stand.api('POST', `/v1/shares/${share.id}/copy`);
  for (const action of ['pause', 'resume']) await stand.api('POST', `/v1/shares/${share.id}/${action}`);
  await stand.api('PATCH', `/v1/shares/${share.id}`, { expiresIn: '9d' });
  await stand.visit(share.path, visit);
  await stand.api('POST', `/v1/shares/${share.id}/revoke`);
  await run();
  await run();
  expect(receiver.types(share.id).toSorted()).toEqual([
    'share.changed',
    'share.paused',
    'share.redeemed',
    'share.redeemed',
    'share.resumed',
    'share.revoked',
  ]);
  const events = receiver.received.map(({ body }) => webhookEventSchema.parse(JSON.parse(body)));
  expect(events.find(({ type, data }) => type === 'share.redeemed' && data.details['agent'] === 'tester/1')).toEqual({
    type: 'share.redeemed',
    timestamp: new Date(stand.clock.now()).toISOString(),
    data: {
      share: { id: share.id, owner: 'alice', bucket: 'reports-bucket', label: 'for "Bob"' },
      actor: '203.0.113.7',
      details: { use: expect.stringMatching(/^[0-9a-f]{32}$/) as string, key: 'reports/a.txt', agent: 'tester/1' },
    },
  });
  const text = JSON.stringify(receiver.received);
  expect(text).not.toContain('very secret');
  expect(text).not.toContain(share.path.split('/').at(-1));
  expect(new Set(receiver.ids()).size).toBe(6);
});

describe('an end', () => {
  test('by the last use is announced after it, and not again by time', async () => {
    const share = await stand.share({ maxUses: 2, expiresIn: '60s' });
    await redeem(share, 2);
    await run();
    stand.clock.advance(61_000);
    await run();
    expect(receiver.types(share.id)).toEqual(['share.redeemed', 'share.redeemed', 'share.ended']);
    expect(JSON.parse(receiver.received.at(-1)?.body ?? '')).toMatchObject({
      data: { actor: 'server', details: { reason: 'used-up' } },
    });
  });

  test('by time is announced once, whoever looks, and is an event of the share', async () => {
    const share = await stand.share({ expiresIn: '60s' });
    stand.clock.advance(59_999);
    await run();
    expect(receiver.received).toEqual([]);
    stand.clock.advance(1);
    await Promise.all([run(), run(), run()]);
    stand.clock.advance(DAY_MS);
    await run();
    expect(receiver.types(share.id)).toEqual(['share.ended']);
    const { events } = (await (await stand.api('GET', `/v1/shares/${share.id}/events`)).json()) as {
      events: { kind: string; body: unknown }[];
    };
    expect(events.at(-1)).toMatchObject({ kind: 'share.ended', body: { reason: 'expired' } });
  });

  test('of a share that was revoked before is its revocation only', async () => {
    const share = await stand.share({ expiresIn: '60s' });
    await stand.api('POST', `/v1/shares/${share.id}/revoke`);
    stand.clock.advance(61_000);
    await run();
    expect(receiver.types(share.id)).toEqual(['share.revoked']);
  });

  test('comes again when the share was opened once more', async () => {
    const share = await stand.share({ expiresIn: '60s', maxUses: 1 });
    await redeem(share);
    await run();
    await stand.api('PATCH', `/v1/shares/${share.id}`, { maxUses: 2 });
    await run();
    stand.clock.advance(61_000);
    await run();
    await stand.api('PATCH', `/v1/shares/${share.id}`, { expiresIn: '60s' });
    await run();
    stand.clock.advance(61_000);
    await run();
    const [redeemed, ...rest] = receiver.types(share.id);
    expect([redeemed, rest]).toEqual([
      'share.redeemed',
      ['share.ended', 'share.changed', 'share.ended', 'share.changed', 'share.ended'],
    ]);
  });

  test('is announced when a change has brought it about', async () => {
    const share = await stand.share({ maxUses: 5 });
    await redeem(share, 2);
    await stand.api('PATCH', `/v1/shares/${share.id}`, { maxUses: 2 });
    await run();
    expect(receiver.types(share.id).filter((type) => type === 'share.ended')).toHaveLength(1);
  });
});

describe('a signature', () => {
  function headersOf(index: number): Record<string, string> {
    return Object.fromEntries(
      Object.entries(receiver.received[index]?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
  }

  test('is verified by another library, with the old and the new secret while one is replaced', async () => {
    await redeem(await stand.share());
    await run({ secrets: [SECRET, OLD_SECRET], now: Date.now });
    const body = receiver.received[0]?.body ?? '';
    for (const secret of [SECRET, OLD_SECRET]) {
      expect(new Webhook(secret).verify(body, headersOf(0))).toEqual(JSON.parse(body));
    }
    const other = new Webhook(`whsec_${Buffer.alloc(32, 9).toString('base64')}`);
    expect(() => other.verify(body, headersOf(0))).toThrow(/signature/);
    expect(() => new Webhook(SECRET).verify(`${body} `, headersOf(0))).toThrow(/signature/);
    const moved = { ...headersOf(0), 'webhook-timestamp': String(Math.floor(Date.now() / 1000) + 1) };
    expect(() => new Webhook(SECRET).verify(body, moved)).toThrow(/signature/);
  });

  test.each([
    ['no secret', []],
    ['another prefix', ['secret_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']],
    ['a short one', [SECRET, 'whsec_AAAA']],
  ])('needs secrets: %s is refused, and not repeated', (_, secrets) => {
    expect(() => webhooks({ secrets })).toThrow(/secrets must/);
    expect(() => webhooks({ secrets })).not.toThrow(/AAAA/);
  });
});

describe('a failed attempt', () => {
  const fail = (status: number) => () => {
    receiver.respond = (response) => void response.writeHead(status).end();
  };

  test('is made again after its wait, with the same id and body, and another signature', async () => {
    await redeem(await stand.share());
    fail(500)();
    await run();
    stand.clock.advance(4_400);
    await run();
    expect(attempts).toEqual([
      {
        id: expect.stringMatching(/^evt_[0-9a-f]{32}$/) as string,
        outcome: 'failed',
        attempts: 1,
        failure: 'status 500',
      },
    ]);
    expect(await outbox.status()).toMatchObject({ waiting: 1, dead: 0, behind: 0 });
    stand.clock.advance(1_200);
    receiver.respond = (response) => void response.end();
    await run();
    expect(attempts.at(-1)).toMatchObject({ outcome: 'delivered', attempts: 2 });
    const [first, second] = receiver.received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature']);
    expect(await outbox.status()).toEqual({ behind: 0, waiting: 0, dead: 0, oldest: undefined });
  });

  test('is given up after ten in some three days, listed, and delivered when an operator says so', async () => {
    await redeem(await stand.share());
    const happened = stand.clock.now();
    fail(503)();
    await run();
    // Somewhat more than each wait of the standard's schedule.
    for (const seconds of [6, 340, 2000, 8000, 20_000, 40_000, 56_000, 80_000, 96_000]) {
      expect(attempts.at(-1)?.outcome).toBe('failed');
      stand.clock.advance(seconds * 500);
      await run();
      expect(receiver.received).toHaveLength(attempts.length);
      stand.clock.advance(seconds * 500);
      await run();
    }
    expect(attempts.map((attempt) => attempt.attempts)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(attempts.at(-1)?.outcome).toBe('dead');
    expect(await outbox.status()).toMatchObject({ waiting: 0, dead: 1 });
    const [dead] = await outbox.listDead(10);
    expect(dead).toMatchObject({ id: receiver.ids()[0], attempts: 10, failure: 'status 503', at: new Date(happened) });
    receiver.respond = (response) => void response.end();
    await run();
    expect(receiver.received).toHaveLength(10);
    expect(await outbox.retryDead(stand.clock.now(), ['evt_unknown'])).toBe(0);
    expect(await outbox.retryDead(stand.clock.now(), [String(dead?.id)])).toBe(1);
    await run();
    expect([receiver.received.length, new Set(receiver.ids()).size]).toEqual([11, 1]);
    expect(await outbox.status()).toMatchObject({ waiting: 0, dead: 0 });
  });

  test('is given up when the receiver is gone for good (410), and forgotten after 30 days', async () => {
    await redeem(await stand.share({ expiresIn: '30d' }));
    fail(410)();
    await run();
    expect(attempts).toMatchObject([{ outcome: 'dead', attempts: 1, failure: 'status 410' }]);
    await outbox.purge(stand.clock.now() + 29 * DAY_MS);
    expect(await outbox.status()).toMatchObject({ dead: 1 });
    await outbox.purge(stand.clock.now() + 31 * DAY_MS);
    expect(await outbox.status()).toMatchObject({ dead: 0 });
  });

  test('of one delivery does not hold up the others', async () => {
    const bad = await stand.share({ label: 'bad' });
    const good = await stand.share();
    await redeem(bad, 10);
    receiver.respond = (response) => {
      response.writeHead(receiver.received.at(-1)?.body.includes('"bad"') === true ? 500 : 200).end();
    };
    await run();
    await redeem(good);
    await run();
    expect(receiver.types(good.id)).toEqual(['share.redeemed']);
    expect((await outbox.status()).waiting).toBe(10);
  });
});

describe('at least once', () => {
  test('a crash after the receiver had it sends it again with the same id, when the lease has ended', async () => {
    await redeem(await stand.share());
    const crashing = { ...outbox, delivered: () => Promise.reject(new Error('the process was killed')) };
    await expect(run({ outbox: crashing })).rejects.toThrow('killed');
    await run();
    expect(receiver.received).toHaveLength(1);
    stand.clock.advance(60_000);
    await run();
    expect([receiver.received.length, new Set(receiver.ids()).size]).toEqual([2, 1]);
    stand.clock.advance(DAY_MS);
    await run();
    expect(receiver.received).toHaveLength(2);
  });

  test('a slow instance does not undo what another one has done since', async () => {
    await redeem(await stand.share());
    await outbox.collect(stand.clock.now());
    const [slow] = await outbox.claim(stand.clock.now(), 60_000, 10);
    stand.clock.advance(60_000);
    const [fast] = await outbox.claim(stand.clock.now(), 60_000, 10);
    expect([slow?.id, fast?.attempts]).toEqual([fast?.id, 2]);
    if (slow === undefined || fast === undefined) throw new Error('there was nothing to claim');
    await outbox.failed(slow, 'status 500', undefined);
    expect(await outbox.status()).toMatchObject({ waiting: 1, dead: 0 });
    await outbox.delivered(fast.id);
    await outbox.failed(slow, 'status 500', stand.clock.now());
    expect(await outbox.status()).toMatchObject({ waiting: 0, dead: 0 });
  });

  test('two instances deliver what both see once each, while uses go on', async () => {
    const shares = await Promise.all(Array.from({ length: 6 }, () => stand.share({ maxUses: 10 })));
    const both = [webhooks(), webhooks()];
    await Promise.all([
      ...shares.map((share) => redeem(share, 10)),
      ...[1, 2, 3, 4].map(async (n) => {
        await new Promise((resolve) => setImmediate(resolve));
        await both[n % 2]?.run();
      }),
    ]);
    await Promise.all(both.map((one) => one.run()));
    await both[0]?.run();
    for (const { id } of shares) {
      const types = receiver.types(id);
      expect([types.length, types.filter((type) => type === 'share.ended').length]).toEqual([11, 1]);
    }
    expect(new Set(receiver.ids()).size).toBe(66);
    await Promise.all(both.map((one) => one.close()));
  });

  test('instances that collect at the same time look at each event once', async () => {
    const shares = await Promise.all(Array.from({ length: 20 }, () => stand.share()));
    while ((await outbox.collect(stand.clock.now())) > 0);
    await Promise.all(shares.map((share) => redeem(share, 3)));
    const looked = await Promise.all([1, 2, 3, 4, 5, 6].map(() => outbox.collect(stand.clock.now())));
    expect(looked.reduce((sum, events) => sum + events)).toBe(60);
  });

  test('an instance that is closed finishes its attempts, and begins no more', async () => {
    const share = await stand.share();
    await redeem(share, 20);
    const made = webhooks();
    const waiting: (() => void)[] = [];
    const eight = new Promise<void>((resolve) => {
      receiver.respond = (response) => {
        waiting.push(() => response.end());
        if (waiting.length === 8) resolve();
      };
    });
    const running = made.run();
    await eight;
    const closed = made.close();
    for (const end of waiting) end();
    await closed;
    await running;
    expect(receiver.received).toHaveLength(8);
    receiver.respond = (response) => void response.end();
    await run();
    expect([receiver.received.length, new Set(receiver.ids()).size]).toEqual([20, 20]);
  });
});
