import type { RequestEntry } from '@ossgrant/grant-handler';
import type { JwtRefusal } from '@ossgrant/grant-handler/jwt';
import type { WebhookAttempt, WebhookStatus } from '@ossgrant/grant-handler/webhooks';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Counts of requests for `/metrics`; labels hold no token, key or subject. */
export interface Metrics {
  observe(entry: RequestEntry): void;
  tokenRefused(reason: JwtRefusal): void;
  anchored(at: Date): void;
  webhookAttempt(outcome: WebhookAttempt['outcome']): void;
  webhooksWaiting(status: WebhookStatus, now: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** Makes the counters of one server. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'grant_request_duration_seconds',
    help: 'Time until the response was ready',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
  const refusals = new Counter({
    name: 'grant_refusals_total',
    help: 'Requests that were refused, by code',
    labelNames: ['code'],
    registers: [registry],
  });
  const tokens = new Counter({
    name: 'grant_token_refusals_total',
    help: 'Tokens of a sign-in that were refused, by reason',
    labelNames: ['reason'],
    registers: [registry],
  });
  const anchors = new Gauge({
    name: 'grant_audit_anchored_timestamp_seconds',
    help: 'When all events of the audit log were last anchored; 0 if they are not',
    registers: [registry],
  });
  const attempts = new Counter({
    name: 'grant_webhook_attempts_total',
    help: 'Attempts of this instance to deliver a webhook, by outcome; dead ones were given up',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const waiting = new Gauge({
    name: 'grant_webhooks',
    help: 'Webhooks of all instances: events to be collected, deliveries that wait, and those that were given up',
    labelNames: ['state'],
    registers: [registry],
  });
  const oldest = new Gauge({
    name: 'grant_webhook_oldest_seconds',
    help: 'Age of the oldest event that waits to be delivered; 0 if none does',
    registers: [registry],
  });
  return {
    webhookAttempt: (outcome) => attempts.inc({ outcome }),
    webhooksWaiting(status, now) {
      for (const state of ['behind', 'waiting', 'dead'] as const) waiting.set({ state }, status[state]);
      oldest.set(status.oldest === undefined ? 0 : Math.max(0, (now - status.oldest.getTime()) / 1000));
    },
    anchored: (at) => anchors.set(at.getTime() / 1000),
    tokenRefused: (reason) => tokens.inc({ reason }),
    observe({ method, route, status, durationMs, code }) {
      duration.observe({ method, route, status }, durationMs / 1000);
      if (code !== undefined) refusals.inc({ code });
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
