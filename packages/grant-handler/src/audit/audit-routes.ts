import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, Env } from '../context.ts';
import { json, problemContent, security } from '../shares/schemas.ts';
import { Problem } from '../problem.ts';
import { exportLines, readCursor } from './export-events.ts';

/** The heads of the audit chains, and all their events. */
export function auditRoutes(context: Context, app: OpenAPIHono<Env>): void {
  const { store } = context;
  const head = z.object({ shard: z.int(), seq: z.int(), hash: z.string() });

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/audit/heads',
      operationId: 'getAuditHeads',
      summary: 'The last hash of each audit chain',
      security,
      responses: {
        200: { description: 'The heads.', content: json(z.object({ heads: z.array(head) })) },
        '4XX': problemContent,
      },
    }),
    async (c) => {
      await context.demand(c.get('subject'), 'audit');
      return c.json({ heads: [...(await store.heads())] }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/audit/export',
      operationId: 'exportAudit',
      summary: 'All audit events, chain after chain, an event on each line, and a cursor after each thousand',
      security,
      request: {
        query: z.object({
          after: z
            .string()
            .max(1100)
            .optional()
            .openapi({ description: 'The last cursor of an earlier export: events after it.' }),
        }),
      },
      responses: {
        200: { description: 'The events.', content: { 'application/x-ndjson': { schema: z.string() } } },
        '4XX': problemContent,
      },
    }),
    async (c) => {
      await context.demand(c.get('subject'), 'audit');
      const { after } = c.req.valid('query');
      const positions = after === undefined ? undefined : readCursor(after);
      if (after !== undefined && positions === undefined) {
        throw new Problem('invalid-request', 'after: must be the cursor of an earlier export, as it was');
      }
      const lines = exportLines(store, context.clock.now(), positions);
      const encoder = new TextEncoder();
      const stream = new ReadableStream<Uint8Array>({
        async pull(controller) {
          const { done, value } = await lines.next();
          if (done === true) controller.close();
          else controller.enqueue(encoder.encode(value));
        },
        async cancel() {
          await lines.return(undefined);
        },
      });
      // The types of routes know JSON and text only.
      return c.body(stream, 200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' }) as never;
    },
  );
}
