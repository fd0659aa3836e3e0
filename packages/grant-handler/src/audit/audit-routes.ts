import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, Env } from '../context.ts';
import { json, problemContent, security } from '../shares/schemas.ts';
import type { AuditEvent } from '../records.ts';
import type { Store } from '../store.ts';

const PAGE = 1000;

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
      summary: 'All audit events, chain after chain, an event on each line',
      security,
      responses: {
        200: { description: 'The events.', content: { 'application/x-ndjson': { schema: z.string() } } },
        '4XX': problemContent,
      },
    }),
    async (c) => {
      await context.demand(c.get('subject'), 'audit');
      const events = allEvents(store);
      const encoder = new TextEncoder();
      const stream = new ReadableStream<Uint8Array>({
        async pull(controller) {
          const { done, value } = await events.next();
          if (done === true) controller.close();
          else controller.enqueue(encoder.encode(value.map((event) => `${JSON.stringify(event)}\n`).join('')));
        },
        async cancel() {
          await events.return(undefined);
        },
      });
      // The types of routes know JSON and text only.
      return c.body(stream, 200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' }) as never;
    },
  );
}

async function* allEvents(store: Store): AsyncGenerator<readonly AuditEvent[], undefined> {
  for (const { shard, seq: last } of await store.heads()) {
    let seq = 0;
    while (seq < last) {
      const events = await store.exportEvents(shard, seq, PAGE);
      if (events.length === 0) break;
      yield events;
      seq = events.at(-1)?.seq ?? last;
    }
  }
  return undefined;
}
