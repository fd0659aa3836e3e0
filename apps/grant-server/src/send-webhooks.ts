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
  const failed = (error: unknown): void => {
    log.error({ error: error instanceof Error ? error.message : 'no message' }, 'webhooks were not sent');
  };

  async function count(): Promise<void> {
    const now = Date.now();
    await outbox.purge(now);
    metrics.webhooksWaiting(await outbox.status(), now);
  }

  // What happens from here on is announced.
  await outbox.collect(Date.now());
  const looking = setInterval(() => void webhooks.run().catch(failed), EVERY_MS).unref();
  // Apart, as a run takes long while the receiver is slow.
  const counting = setInterval(() => void count().catch(failed), COUNTED_MS).unref();
  return {
    async close() {
      clearInterval(looking);
      clearInterval(counting);
      await webhooks.close();
    },
  };
}
