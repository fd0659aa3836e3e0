import type { WebhookDelivery, WebhookOutbox } from './outbox.ts';
import { createWebhookSender, type WebhookTarget } from './sender.ts';
import { createWebhookSigner } from './sign.ts';

/** Longer than an attempt takes. A delivery whose instance was ended is taken by another one after it. */
const LEASE_MS = 60_000;
const IN_PARALLEL = 8;
/** Waits after each failed attempt, as Standard Webhooks proposes them: ten attempts in three days. */
const WAITS_SECONDS = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/** What became of an attempt, for logs and metrics. It holds neither a secret nor the receiver's address. */
export interface WebhookAttempt {
  /** Idempotency id of the delivery. */
  readonly id: string;
  /** `failed` is tried again, `dead` is given up. */
  readonly outcome: 'delivered' | 'failed' | 'dead';
  /** This one included. */
  readonly attempts: number;
  /** Why it failed. */
  readonly failure?: string | undefined;
}

/** Options of `createWebhooks`. */
export interface WebhookOptions extends WebhookTarget {
  /** Such as that of `createPostgresOutbox`. Instances share it. */
  readonly outbox: WebhookOutbox;
  /** `whsec_` and 24 to 64 random bytes in base64. Every one signs: put the new one beside the old one while you replace it. */
  readonly secrets: readonly string[];
  /** Called after each attempt. It must not throw. */
  readonly onAttempt?: ((attempt: WebhookAttempt) => void) | undefined;
  /** Milliseconds since the Unix epoch. @default the system's clock */
  readonly now?: (() => number) | undefined;
}

/** Announces what happens to shares. */
export interface Webhooks {
  /**
   * Collects what has happened and delivers all that is due. Call it every second or so, on any number of instances. A call
   * while one is under way gets the same promise.
   *
   * @throws what the outbox throws; the next call goes on
   */
  run(): Promise<void>;
  /** Begins no further attempt, and waits for those under way, at most ten seconds. */
  close(): Promise<void>;
}

/**
 * Says early whether webhooks can be made.
 *
 * @throws TypeError or RangeError that names the option
 */
export function checkWebhookTarget({ secrets, ...target }: WebhookTarget & Pick<WebhookOptions, 'secrets'>): void {
  createWebhookSigner(secrets);
  createWebhookSender(target).close();
}

/**
 * Announces uses, changes and ends of shares to one receiver, as Standard Webhooks has it: at least once each, in no certain
 * order, with an id by which the receiver knows a repetition.
 *
 * @throws TypeError or RangeError for options that cannot be used
 */
export function createWebhooks(options: WebhookOptions): Webhooks {
  const { outbox, secrets, onAttempt, now = Date.now } = options;
  const sign = createWebhookSigner(secrets);
  const sender = createWebhookSender(options);
  let underWay: Promise<void> | undefined;
  let closed = false;

  async function deliver(delivery: WebhookDelivery): Promise<void> {
    const { id, body, attempts } = delivery;
    const failure = await sender.send(sign(id, now(), body), body);
    if (failure === undefined) {
      await outbox.delivered(id);
      onAttempt?.({ id, outcome: 'delivered', attempts });
      return;
    }
    const wait = failure.final ? undefined : WAITS_SECONDS[attempts - 1];
    // Spread, as what failed together would come together again.
    const until = wait === undefined ? undefined : now() + wait * 1000 * (0.9 + Math.random() * 0.2);
    await outbox.failed(delivery, failure.reason, until);
    onAttempt?.({ id, outcome: until === undefined ? 'dead' : 'failed', attempts, failure: failure.reason });
  }

  /** @returns whether there may be more to do */
  async function step(): Promise<boolean> {
    const collected = await outbox.collect(now());
    const claimed = closed ? [] : await outbox.claim(now(), LEASE_MS, IN_PARALLEL);
    const settled = await Promise.allSettled(claimed.map(deliver));
    for (const one of settled) if (one.status === 'rejected') throw one.reason;
    return !closed && (collected > 0 || claimed.length > 0);
  }

  async function runOnce(): Promise<void> {
    while (await step());
  }

  return {
    run() {
      underWay ??= runOnce().finally(() => (underWay = undefined));
      return underWay;
    },
    async close() {
      closed = true;
      await underWay?.catch(() => {});
      sender.close();
    },
  };
}
