import { createHmac } from 'node:crypto';

// Standard Webhooks 1.0.0: https://www.standardwebhooks.com
const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/** Signs a message at an instant. @returns the headers that go with the body */
export type SignWebhook = (id: string, at: number, body: string) => Readonly<Record<string, string>>;

/**
 * Signs as Standard Webhooks has it: HMAC-SHA256 over id, seconds and body, once with each secret, so that a receiver may have
 * the new or the old one while a secret is replaced.
 *
 * @throws RangeError for secrets that cannot be used; it does not repeat them
 */
export function createWebhookSigner(secrets: readonly string[]): SignWebhook {
  const keys = secrets.map((text) => {
    const key = Buffer.from(SECRET.exec(text.trim())?.[1] ?? '', 'base64');
    if (key.length >= LEAST_BYTES && key.length <= MOST_BYTES) return key;
    throw new RangeError(
      `secrets must be "whsec_" and ${LEAST_BYTES} to ${MOST_BYTES} random bytes in base64: echo whsec_$(openssl rand -base64 32)`,
    );
  });
  if (keys.length === 0) throw new RangeError('secrets must hold at least one');
  return (id, at, body) => {
    const seconds = String(Math.floor(at / 1000));
    const signatures = keys.map(
      (key) => `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`,
    );
    return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures.join(' ') };
  };
}
