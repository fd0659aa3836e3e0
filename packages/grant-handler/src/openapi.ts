import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Env } from './context.ts';
import { webhookEventSchema } from './webhooks/event-schema.ts';

/** The API's description, made from the schemas that check its requests. */
export function document(app: OpenAPIHono<Env>, publicUrl: string): object {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer' });
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-ossgrant-session',
  });
  app.openAPIRegistry.registerWebhook({
    method: 'post',
    path: 'share-event',
    operationId: 'shareEvent',
    summary: 'Sent by a server with webhooks for what happens to shares, signed as Standard Webhooks has it',
    security: [],
    request: {
      headers: z.object({
        'webhook-id': z.string().openapi({ description: 'The same in every attempt.' }),
        'webhook-timestamp': z.string().openapi({ description: 'Seconds since the Unix epoch, of the attempt.' }),
        'webhook-signature': z
          .string()
          .openapi({ description: '`v1,` and HMAC-SHA256 in base64, once for each secret.' }),
      }),
      body: { required: true, content: { 'application/json': { schema: webhookEventSchema } } },
    },
    responses: {
      '2XX': { description: 'Received. Anything else within ten seconds, or nothing, is tried again.' },
      410: { description: 'Not wanted: the event is given up.' },
    },
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'ossgrant application server',
      version: '1',
      description: 'Shares of private Alibaba Cloud OSS objects that can be revoked, and temporary credentials.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: publicUrl }],
  });
}
