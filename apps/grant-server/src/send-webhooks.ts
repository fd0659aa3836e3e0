import { createWebhooks, type WebhookOutbox } from '@ossgrant/grant-handler/webhooks';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';
import type { WebhookConfiguration } from './webhook-configuration.ts';

const EVERY_MS = 1_000;
const COUNTED_MS = 15_000;

/** What sending needs. */
export interface SendingOptions {
  readonly outbox: WebhookOutbox;
  readonly metrics: Pick<Metrics, 'webhookAttempt' | 'webhooksWaiting'>;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}

/** Sends webhooks. */
export interface Sending {
  /** Ends when the attempts under way have. */
  close(): Promise<void>;
}

/** Begins to announce what happens to shares, where it is configured, and looks each second. */
export async function sendWebhooks(
  configuration: WebhookConfiguration | undefined,
  { outbox, metrics, log }: SendingOptions,
): Promise<Sending | undefined> {
  if (configuration === undefined) return undefined;
  const webhooks = createWebhooks({
    ...configuration,
    outbox,
    onAttempt(attempt) {
      metrics.webhookAttempt(attempt.outcome);
      if (attempt.outcome !== 'delivered') log.warn(attempt, 'a webhook was not delivered');
    },
  });
  let countedAt = -Infinity;

  async function look(): Promise<void> {
    try {
      await webhooks.run();
    } finally {
      if (Date.now() - countedAt >= COUNTED_MS) {
        countedAt = Date.now();
        await outbox.purge(countedAt);
        metrics.webhooksWaiting(await outbox.status(), countedAt);
      }
    }
  }

  // What happens from here on is announced.
  await outbox.collect(Date.now());
  const timer = setInterval(() => {
    look().catch((error: unknown) => {
      log.error({ error: error instanceof Error ? error.message : 'no message' }, 'webhooks were not sent');
    });
  }, EVERY_MS).unref();
  return {
    async close() {
      clearInterval(timer);
      await webhooks.close();
    },
  };
}
