import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { defined } from '@ossgrant/credentials-core/internal';
import { inspectUrl } from '@ossgrant/url-presigner/inspect';
import type { Context, Env } from './context.ts';
import type { ListRequest, ObjectPage } from './grant-handler.ts';
import { Problem } from './problem.ts';
import type { Share } from './records.ts';
import { json, problemContent, security } from './shares/schemas.ts';

/** A page of a listing as the API sends it. */
export const objectPageSchema = z
  .object({
    objects: z.array(z.object({ key: z.string(), size: z.int().optional(), lastModified: z.string().optional() })),
    prefixes: z.array(z.string()),
    next: z.string().optional(),
  })
  .openapi('ObjectPage');

/** Lists objects, where the handler can. @throws Problem */
export async function listPage(context: Context, request: ListRequest): Promise<z.infer<typeof objectPageSchema>> {
  const { listObjects } = context.options;
  if (listObjects === undefined) throw new Problem('not-possible', 'this server does not list objects');
  let page: ObjectPage;
  try {
    page = await listObjects(request);
  } catch (error) {
    const failed = new Problem('signing-failed', 'the objects cannot be listed now: try again');
    failed.cause = error;
    throw failed;
  }
  const objects = page.objects.map(({ lastModified, ...object }) => ({
    ...object,
    ...defined({ lastModified: lastModified?.toISOString() }),
  }));
  return { objects, prefixes: [...page.prefixes], ...defined({ next: page.next }) };
}

/** The objects of a share; those that it names one by one are not looked up. @throws Problem */
export async function listShare(
  context: Context,
  { bucket, facts }: Share,
  after: string | undefined,
  signal: AbortSignal,
): Promise<z.infer<typeof objectPageSchema>> {
  const { keys, prefix } = facts;
  if (prefix === undefined) return { objects: keys.map((key) => ({ key })), prefixes: [] };
  return listPage(context, { bucket, prefix, limit: 1000, signal, ...defined({ after }) });
}

/** Browsing what one may share, and explaining signed URLs. */
export function objectsRoutes(context: Context, app: OpenAPIHono<Env>): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/objects',
      operationId: 'listObjects',
      summary: 'Lists objects below a prefix that the caller may share',
      security,
      request: {
        query: z.object({
          bucket: z.string(),
          prefix: z.string().default(''),
          delimiter: z.literal('/').optional(),
          cursor: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
      },
      responses: { 200: { description: 'A page.', content: json(objectPageSchema) }, '4XX': problemContent },
    }),
    async (c) => {
      const { bucket, prefix, delimiter, cursor, limit } = c.req.valid('query');
      const longest = await context.options.authorize(c.get('subject'), bucket, prefix);
      if (!(longest > 0)) throw new Problem('not-allowed', 'you may not see these objects: ask for a wider API key');
      const { signal } = c.req.raw;
      const page = await listPage(context, { bucket, prefix, limit, signal, ...defined({ delimiter, after: cursor }) });
      c.header('cache-control', 'no-store');
      return c.json(page, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/inspect',
      operationId: 'inspectUrl',
      summary: 'Says what a signed URL is, without its secrets',
      security,
      request: { body: { required: true, content: json(z.strictObject({ url: z.string().max(8192) })) } },
      responses: {
        200: { description: 'What the URL says.', content: json(z.record(z.string(), z.unknown())) },
        '4XX': problemContent,
      },
    }),
    (c) => {
      try {
        return c.json({ ...inspectUrl(c.req.valid('json').url, { now: new Date(context.clock.now()) }) } as never, 200);
      } catch (error) {
        throw new Problem('invalid-request', (error as Error).message);
      }
    },
  );
}
