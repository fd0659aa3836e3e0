import { checkWebhookTarget } from '@ossgrant/grant-handler/webhooks';
import { z } from 'zod';
import { list } from './jwt-configuration.ts';

/** Where webhooks go. */
export interface WebhookConfiguration {
  readonly url: string;
  /** The newest and, while it is replaced, the one before. */
  readonly secrets: readonly string[];
  /** Private networks where the receiver may be. */
  readonly networks: readonly string[];
}

const schema = z.object({
  GRANT_WEBHOOK_URL: z.url({
    protocol: /^https?$/,
    error: 'must be the address that receives webhooks, such as "https://example.com/hooks"',
  }),
  GRANT_WEBHOOK_SECRETS: z
    .string('must be the secret that the receiver knows, too: echo whsec_$(openssl rand -base64 32)')
    .transform(list),
  GRANT_WEBHOOK_NETWORKS: z.string().default('').transform(list),
});

/**
 * Reads the variables of webhooks.
 *
 * @returns nothing without any of them, and everything that is wrong as lines
 */
export function readWebhooks(given: Readonly<Record<string, string | undefined>>): {
  readonly webhooks?: WebhookConfiguration;
  readonly wrong: readonly string[];
} {
  if (!Object.keys(given).some((name) => name.startsWith('GRANT_WEBHOOK_'))) return { wrong: [] };
  const { data, error } = schema.safeParse(given);
  if (error !== undefined) return { wrong: error.issues.map(({ path, message }) => `  ${path.join('.')} ${message}`) };
  const { GRANT_WEBHOOK_URL: url, GRANT_WEBHOOK_SECRETS: secrets, GRANT_WEBHOOK_NETWORKS: networks } = data;
  try {
    checkWebhookTarget({ url, secrets, networks });
  } catch (problem) {
    // It names options as the package does.
    const { message } = problem as Error;
    return {
      wrong: [
        `  ${message.replaceAll(/\b(?:url|secrets|networks)\b/g, (name) => `GRANT_WEBHOOK_${name.toUpperCase()}`)}`,
      ],
    };
  }
  return { webhooks: { url, secrets, networks }, wrong: [] };
}
