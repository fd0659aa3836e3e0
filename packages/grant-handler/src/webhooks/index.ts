export { checkWebhookTarget, createWebhooks } from './create-webhooks.ts';
export type { WebhookAttempt, WebhookOptions, Webhooks } from './create-webhooks.ts';
export type { DeadDelivery, WebhookDelivery, WebhookOutbox, WebhookStatus } from './outbox.ts';
export type { ResolveHost, WebhookTarget } from './sender.ts';
