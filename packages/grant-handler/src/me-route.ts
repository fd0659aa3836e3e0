import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, Env } from './context.ts';
import type { Subject } from './grant-handler.ts';
import { json, problemContent, security } from './shares/schemas.ts';
import type { KeyScope } from './records.ts';

const meSchema = z
  .object({
    id: z.string(),
    admin: z.boolean(),
    scopes: z.array(z.object({ bucket: z.string(), prefix: z.string(), longestSeconds: z.int() })),
    hosts: z.array(z.string()).openapi({ description: 'What `host` of a share or URL may name.' }),
    versions: z.array(z.enum(['v4', 'v1'])).openapi({ description: 'What `version` of a URL may name.' }),
    credentials: z.boolean().openapi({ description: 'Whether the server hands out temporary credentials.' }),
  })
  .openapi('Me');

/** Gives a page its user and what it can offer. */
export function meRoute(context: Context, app: OpenAPIHono<Env>): void {
  const { hosts = {}, v1Presigners = {}, sts } = context.options;
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/me',
      operationId: 'getMe',
      summary: 'Says who calls, where the caller may share, and what this server can do',
      security,
      responses: { 200: { description: 'The caller.', content: json(meSchema) }, '4XX': problemContent },
    }),
    async (c) => {
      const subject = c.get('subject');
      const scopes = await scopesOf(context, subject);
      c.header('cache-control', 'no-store');
      return c.json(
        {
          id: subject.id,
          admin: subject.admin === true,
          scopes: [...scopes],
          hosts: Object.keys(hosts),
          versions: Object.keys(v1Presigners).length > 0 ? (['v4', 'v1'] as const).slice() : (['v4'] as const).slice(),
          credentials: sts !== undefined,
        },
        200,
      );
    },
  );
}

async function scopesOf(context: Context, subject: Subject): Promise<readonly KeyScope[]> {
  const { presigners, authorize, scopes } = context.options;
  const buckets = Object.keys(presigners);
  if (scopes !== undefined) return scopes(subject).filter(({ bucket }) => buckets.includes(bucket));
  const whole = buckets.map(async (bucket) => ({
    bucket,
    prefix: '',
    longestSeconds: await authorize(subject, bucket, ''),
  }));
  return (await Promise.all(whole)).filter(({ longestSeconds }) => longestSeconds > 0);
}
