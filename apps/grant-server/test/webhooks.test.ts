import type { WebhookOutbox } from '@ossgrant/grant-handler/webhooks';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ConfigurationError, readConfiguration } from '../src/configuration.ts';
import { createMetrics } from '../src/metrics.ts';
import { sendWebhooks } from '../src/send-webhooks.ts';
import { webhooksCommand } from '../src/webhooks-command.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OLD_SECRET = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;
const MINIMAL = { GRANT_BUCKETS: 'a-bucket', OSS_REGION: 'cn-hangzhou' };
const WEBHOOKS = { GRANT_WEBHOOK_URL: 'https://example.com/hooks', GRANT_WEBHOOK_SECRETS: SECRET };
const AT = Date.parse('2027-01-01T00:00:00Z');

/** An outbox in which these deliveries are dead. */
function outboxWith(dead: readonly string[] = []): WebhookOutbox & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    collect: async () => {
      calls.push('collect');
      return 0;
    },
    claim: async () => [],
    delivered: async () => {},
    failed: async () => {},
    status: async () => ({ behind: 1, waiting: 2, dead: 3, oldest: new Date(Date.now() - 90_000) }),
    listDead: async () =>
      dead.map((id) => ({ id, attempts: 10, at: new Date(AT), failure: 'status 500', body: '{"type":"share.ended"}' })),
    retryDead: async (_, ids = dead) => ids.filter((id) => dead.includes(id)).length,
    purge: async () => {},
  };
}

describe('the environment', () => {
  test('says where webhooks go, with the new secret and the old one', () => {
    expect(readConfiguration(MINIMAL).webhooks).toBeUndefined();
    const env = { ...MINIMAL, ...WEBHOOKS, GRANT_WEBHOOK_SECRETS: `${SECRET}, ${OLD_SECRET}` };
    expect(readConfiguration({ ...env, GRANT_WEBHOOK_NETWORKS: '10.1.0.0/16,127.0.0.1' }).webhooks).toEqual({
      url: 'https://example.com/hooks',
      secrets: [SECRET, OLD_SECRET],
      networks: ['10.1.0.0/16', '127.0.0.1'],
    });
  });

  test.each([
    ['GRANT_WEBHOOK_SECRETS', ''],
    ['GRANT_WEBHOOK_URL', ''],
    ['GRANT_WEBHOOK_URL', 'example.com/hooks'],
    ['GRANT_WEBHOOK_URL', 'ftp://example.com/hooks'],
  ])('is refused with %s "%s"', (name, value) => {
    expect(() => readConfiguration({ ...MINIMAL, ...WEBHOOKS, [name]: value })).toThrow(`  ${name} must be`);
  });

  test.each([
    ['GRANT_WEBHOOK_SECRETS', `${SECRET},whsec_c2hvcnQ=`, /  GRANT_WEBHOOK_SECRETS must be "whsec_"/],
    ['GRANT_WEBHOOK_URL', 'https://10.0.0.1/c2hvcnQ', /  GRANT_WEBHOOK_URL must lead.* in GRANT_WEBHOOK_NETWORKS$/],
    ['GRANT_WEBHOOK_URL', 'http://example.com/c2hvcnQ', /  GRANT_WEBHOOK_URL must start with https/],
    [
      'GRANT_WEBHOOK_NETWORKS',
      '10.0.0.0/40',
      /  GRANT_WEBHOOK_NETWORKS: "10.0.0.0\/40" must be an address or a network/,
    ],
  ])('is refused with %s "%s", without repeating a secret', (name, value, reason) => {
    const read = () => readConfiguration({ ...MINIMAL, ...WEBHOOKS, [name]: value });
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(reason);
    expect(read).not.toThrow(/c2hvcnQ/);
  });
});

describe('sending', () => {
  let errors = 0;
  const log = { warn: () => {}, error: () => void (errors += 1) };
  beforeEach(() => {
    errors = 0;
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: AT });
  });
  afterEach(() => void vi.useRealTimers());

  test('does nothing where it is not configured', async () => {
    const outbox = outboxWith();
    expect(await sendWebhooks(undefined, { outbox, metrics: createMetrics(), log })).toBeUndefined();
    expect(outbox.calls).toEqual([]);
  });

  test('marks its place at the start, looks each second until it is closed, and counts what waits', async () => {
    const outbox = outboxWith();
    const metrics = createMetrics();
    const target = { url: 'https://example.com/', secrets: [SECRET], networks: [] };
    const sending = await sendWebhooks(target, { outbox, metrics, log });
    expect(outbox.calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(outbox.calls).toHaveLength(4);
    metrics.webhookAttempt('dead');
    await vi.advanceTimersByTimeAsync(12_000);
    const text = await metrics.text();
    expect(text).toContain('grant_webhooks{state="behind"} 1');
    expect(text).toContain('grant_webhooks{state="waiting"} 2');
    expect(text).toContain('grant_webhooks{state="dead"} 3');
    expect(text).toContain('grant_webhook_oldest_seconds 90');
    expect(text).toContain('grant_webhook_attempts_total{outcome="dead"} 1');
    await sending?.close();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(outbox.calls).toHaveLength(16);
  });

  test('counts what waits while a slow receiver holds a run up', async () => {
    const outbox = outboxWith();
    const metrics = createMetrics();
    const target = { url: 'https://example.com/', secrets: [SECRET], networks: [] };
    const sending = await sendWebhooks(target, { outbox, metrics, log });
    let go = (): void => {};
    outbox.claim = () => new Promise((resolve) => (go = () => resolve([])));
    await vi.advanceTimersByTimeAsync(15_000);
    expect(outbox.calls).toHaveLength(2);
    expect(await metrics.text()).toContain('grant_webhooks{state="waiting"} 2');
    go();
    await sending?.close();
  });

  test('goes on after the database was away', async () => {
    const outbox = outboxWith();
    const target = { url: 'https://example.com/', secrets: [SECRET], networks: [] };
    const sending = await sendWebhooks(target, { outbox, metrics: createMetrics(), log });
    const { collect } = outbox;
    outbox.collect = () => Promise.reject(new Error('the database is away'));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(errors).toBe(2);
    outbox.collect = collect;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(outbox.calls).toHaveLength(2);
    await sending?.close();
  });
});

describe('the command', () => {
  test('lists what was given up, one line of JSON each', async () => {
    const lines = (await webhooksCommand(['list'], outboxWith(['evt_1', 'evt_2']))).split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      ['evt_1', 'evt_2'].map((id) => ({
        id,
        attempts: 10,
        at: new Date(AT).toISOString(),
        failure: 'status 500',
        event: { type: 'share.ended' },
      })),
    );
    expect(await webhooksCommand(['list'], outboxWith())).toBe('');
  });

  test('sends all or some again, and says when one cannot be', async () => {
    const outbox = outboxWith(['evt_1', 'evt_2']);
    expect(await webhooksCommand(['retry'], outbox)).toBe('2 will be sent again');
    expect(await webhooksCommand(['retry', 'evt_2'], outbox)).toBe('1 will be sent again');
    await expect(webhooksCommand(['retry', 'evt_2', 'evt_3'], outbox)).rejects.toThrow(/^1 of 2 will/);
    await expect(webhooksCommand(['forget'], outbox)).rejects.toThrow(/retry \[ID\.\.\.\]/);
  });
});
