import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Env } from './context.ts';

/** The API's description, made from the schemas that check its requests. */
export function document(app: OpenAPIHono<Env>, publicUrl: string): object {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer' });
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-ossgrant-session',
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
