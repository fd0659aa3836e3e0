import { z } from '@hono/zod-openapi';

/** Body of a webhook, for the API's description. */
export const webhookEventSchema = z
  .object({
    type: z
      .enum(['share.redeemed', 'share.changed', 'share.paused', 'share.resumed', 'share.revoked', 'share.ended'])
      .openapi({ description: 'More may come: respond with 200 to those that you do not know.' }),
    timestamp: z.iso.datetime().openapi({ description: 'When it happened.' }),
    data: z.object({
      share: z.object({ id: z.string(), owner: z.string(), bucket: z.string(), label: z.string().optional() }),
      actor: z.string().openapi({
        description: "Who did it: a subject's id, the visitor's address of a use, or `server` for an end.",
      }),
      details: z.record(z.string(), z.unknown()).openapi({
        description:
          'Of a use `use`, `key` and `agent`; of a change what was changed; of an end its `reason`, `expired` or `used-up`.',
      }),
    }),
  })
  .openapi('WebhookEvent');
