import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { defined } from '@ossgrant/credentials-core/internal';
import type { Context, Env } from '../context.ts';
import { Problem } from '../problem.ts';
import { idParam, json, problemContent, security } from './schemas.ts';
import { findOwn } from './share-routes.ts';

const page = z.object({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** Uses and events of a share. */
export function historyRoutes(context: Context, app: OpenAPIHono<Env>): void {
  const { store } = context;
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/shares/{id}/uses',
      operationId: 'listUses',
      summary: 'Lists the uses of a share, newest first',
      security,
      request: { params: idParam, query: page },
      responses: {
        200: {
          description: 'A page; `next` is absent on the last one.',
          content: json(
            z.object({
              uses: z.array(
                z.object({
                  id: z.string(),
                  at: z.string(),
                  key: z.string(),
                  repeats: z.int(),
                  address: z.string().optional(),
                  agent: z.string().optional(),
                }),
              ),
              next: z.string().optional(),
            }),
          ),
        },
        '4XX': problemContent,
      },
    }),
    async (c) => {
      const { cursor, limit } = c.req.valid('query');
      const share = await findOwn(context, c.get('subject'), 'uses', c.req.valid('param').id);
      const [, ms, id = ''] = /^(\d{1,15})-([0-9a-f]{32})$/.exec(cursor ?? '') ?? [];
      if (cursor !== undefined && ms === undefined) throw badCursor();
      const before = ms === undefined ? undefined : { at: new Date(Number(ms)), id };
      const uses = await store.listUses(share.id, limit + 1, before);
      const shown = uses.slice(0, limit);
      const last = uses.length > limit ? shown.at(-1) : undefined;
      const next = last === undefined ? undefined : `${last.at.getTime()}-${last.id}`;
      const rows = shown.map(({ at, address, agent, ...use }) => ({
        ...use,
        at: at.toISOString(),
        ...defined({ address, agent }),
      }));
      c.header('cache-control', 'no-store');
      return c.json({ uses: rows, ...defined({ next }) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/shares/{id}/events',
      operationId: 'listEvents',
      summary: 'Lists what was done with a share, oldest first',
      security,
      request: {
        params: idParam,
        query: page.extend({
          uses: z.enum(['true', 'false']).default('true').openapi({
            description: 'Whether to list its uses, too, of which `/uses` says more.',
          }),
        }),
      },
      responses: {
        200: {
          description: 'A page; `next` is absent on the last one.',
          content: json(
            z.object({
              events: z.array(
                z.object({ seq: z.int(), at: z.string(), kind: z.string(), actor: z.string(), body: z.unknown() }),
              ),
              next: z.string().optional(),
            }),
          ),
        },
        '4XX': problemContent,
      },
    }),
    async (c) => {
      const { cursor, limit, uses } = c.req.valid('query');
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) throw badCursor();
      const share = await findOwn(context, c.get('subject'), 'uses', c.req.valid('param').id);
      const events = await store.listEvents(share.id, limit + 1, Number(cursor ?? 0), uses === 'false');
      const shown = events.slice(0, limit);
      const next = events.length > limit ? String(shown.at(-1)?.seq) : undefined;
      const rows = shown.map(({ seq, at, kind, actor, body }) => ({
        seq,
        at: at.toISOString(),
        kind,
        actor,
        body: JSON.parse(body) as unknown,
      }));
      c.header('cache-control', 'no-store');
      return c.json({ events: rows, ...defined({ next }) }, 200);
    },
  );
}

function badCursor(): Problem {
  return new Problem('invalid-request', 'cursor must be the "next" of the page before');
}
