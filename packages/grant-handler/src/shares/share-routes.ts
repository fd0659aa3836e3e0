import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { defined } from '@ossgrant/credentials-core/internal';
import type { Context, Env } from '../context.ts';
import type { ShareAction, Subject } from '../grant-handler.ts';
import { Problem } from '../problem.ts';
import type { Share, ShareState } from '../records.ts';
import type { ShareChanges } from '../store.ts';
import { endOf, longestLife, makeShare } from './make-share.ts';
import { changesSchema, idParam, json, newShareSchema, problemContent, security, shareSchema } from './schemas.ts';
import { addressOf, createdView, shareView } from './share-view.ts';

const one = { description: 'The share.', content: json(shareSchema) };

/** Finds a share that the subject may do this to. @throws Problem `not-found` */
export async function findOwn(context: Context, subject: Subject, action: ShareAction, id: string): Promise<Share> {
  const share = await context.store.findShare(id);
  if (share === undefined) throw new Problem('not-found', 'there is no such share');
  await context.demand(subject, action, share);
  return share;
}

/** Making, seeing and changing of shares. */
export function shareRoutes(context: Context, app: OpenAPIHono<Env>): void {
  const { store, clock } = context;

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/shares',
      operationId: 'createShare',
      summary: 'Makes a share',
      security,
      request: {
        headers: z.object({ 'idempotency-key': z.string().min(1).max(255).optional() }),
        body: { required: true, content: json(newShareSchema) },
      },
      responses: { 201: one, '4XX': problemContent },
    }),
    async (c) => {
      const subject = c.get('subject');
      const input = c.req.valid('json');
      const key = c.req.valid('header')['idempotency-key'];
      const share = await makeShare(context, subject, input);
      const at = clock.now();
      // The digest is keyed: a password must not be guessed from it.
      const idempotency = key === undefined ? undefined : { key, digest: context.tokens.digest(JSON.stringify(input)) };
      const result = await store.createShares([share], subject.id, { at, actor: subject.id }, idempotency);
      c.header('cache-control', 'no-store');
      if (result.created) {
        c.header('etag', '"1"');
        return c.json(createdView(context, share, subject.id, at), 201);
      }
      if (result.digest !== idempotency?.digest) {
        throw new Problem('idempotency-key-reused', 'the Idempotency-Key was used with another body: choose a new one');
      }
      const earlier = await findOwn(context, subject, 'copy', result.shareId);
      return c.json(shareView(earlier, at, addressOf(context, earlier)), 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/shares',
      operationId: 'listShares',
      summary: 'Lists shares, newest first',
      security,
      request: {
        query: z.object({
          owner: z.string().optional().openapi({ description: "Another owner's, or `*` for all: needs `admin`." }),
          bucket: z.string().optional(),
          prefix: z.string().optional(),
          state: z.enum(['active', 'paused', 'revoked']).optional(),
          label: z.string().optional(),
          cursor: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
      },
      responses: {
        200: {
          description: 'A page; `next` is absent on the last one.',
          content: json(z.object({ shares: z.array(shareSchema), next: z.string().optional() })),
        },
        '4XX': problemContent,
      },
    }),
    async (c) => {
      const subject = c.get('subject');
      const { owner = subject.id, cursor, limit, ...filters } = c.req.valid('query');
      if (owner !== subject.id) await context.demand(subject, 'list-all');
      const shares = await store.listShares({
        ...filters,
        limit: limit + 1,
        ...defined({
          owner: owner === '*' ? undefined : owner,
          before: cursor === undefined ? undefined : readCursor(cursor),
        }),
      });
      const shown = shares.slice(0, limit);
      const last = shares.length > limit ? shown.at(-1) : undefined;
      const next = last === undefined ? undefined : `${last.createdAt.getTime()}-${last.id}`;
      const now = clock.now();
      c.header('cache-control', 'no-store');
      return c.json({ shares: shown.map((share) => shareView(share, now)), ...defined({ next }) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/shares/{id}',
      operationId: 'getShare',
      summary: 'Shows a share',
      security,
      request: { params: idParam },
      responses: { 200: one, '4XX': problemContent },
    }),
    async (c) => {
      const share = await findOwn(context, c.get('subject'), 'see', c.req.valid('param').id);
      c.header('etag', `"${share.revision}"`);
      c.header('cache-control', 'no-store');
      return c.json(shareView(share, clock.now()), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/v1/shares/{id}',
      operationId: 'changeShare',
      summary: 'Extends a share, or changes its label or its limit of uses',
      security,
      request: {
        params: idParam,
        headers: z.object({ 'if-match': z.string().optional() }),
        body: { required: true, content: json(changesSchema) },
      },
      responses: { 200: one, '4XX': problemContent },
    }),
    async (c) => {
      const subject = c.get('subject');
      const share = await findOwn(context, subject, 'change', c.req.valid('param').id);
      const { label, maxUses, ...end } = c.req.valid('json');
      const longest = await longestLife(context, subject, share.bucket, share.facts as { keys: readonly string[] });
      const changes = { label, maxUses, expiresAt: endOf(end, clock.now(), longest) };
      if (typeof maxUses === 'number' && maxUses < share.uses) {
        throw new Problem('not-possible', `the share was used ${share.uses} times already: maxUses cannot be lower`);
      }
      const revision = readRevision(c.req.valid('header')['if-match']);
      const changed = await change(context, { subject, share, kind: 'share.changed', changes, revision });
      c.header('etag', `"${changed.revision}"`);
      return c.json(shareView(changed, clock.now()), 200);
    },
  );

  const STATES = { pause: 'paused', resume: 'active', revoke: 'revoked' } as const satisfies Record<string, ShareState>;
  for (const action of ['pause', 'resume', 'revoke'] as const) {
    app.openapi(
      createRoute({
        method: 'post',
        path: `/v1/shares/{id}/${action}`,
        operationId: `${action}Share`,
        summary: `${action[0]?.toUpperCase()}${action.slice(1)}s a share${action === 'revoke' ? ' for good' : ''}`,
        security,
        request: { params: idParam },
        responses: { 200: one, '4XX': problemContent },
      }),
      async (c) => {
        const subject = c.get('subject');
        const share = await findOwn(context, subject, action, c.req.valid('param').id);
        const state = STATES[action];
        if (share.state === state) return c.json(shareView(share, clock.now()), 200);
        const kind = `share.${action === 'resume' ? 'resumed' : state}`;
        const changed = await change(context, { subject, share, kind, changes: { state } });
        c.header('etag', `"${changed.revision}"`);
        return c.json(shareView(changed, clock.now()), 200);
      },
    );
  }

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/shares/{id}/copy',
      operationId: 'copyShare',
      summary: 'Gives the address of a share again',
      security,
      request: { params: idParam },
      responses: { 200: one, '4XX': problemContent },
    }),
    async (c) => {
      const subject = c.get('subject');
      const share = await findOwn(context, subject, 'copy', c.req.valid('param').id);
      const url = addressOf(context, share);
      const act = { at: clock.now(), actor: subject.id };
      await store.record({ ...act, kind: 'share.copied', subject: share.id, body: {} });
      c.header('cache-control', 'no-store');
      return c.json(shareView(share, clock.now(), url), 200);
    },
  );
}

interface Change {
  readonly subject: Subject;
  readonly share: Share;
  readonly kind: string;
  readonly changes: ShareChanges;
  readonly revision?: number | undefined;
}

/** @throws Problem when the share was revoked or changed meanwhile */
async function change(context: Context, { subject, share, kind, changes, revision }: Change): Promise<Share> {
  const event = { kind, subject: share.id, body: defined({ ...changes }), actor: subject.id, at: context.clock.now() };
  const changed = await context.store.changeShare(share.id, changes, { ...event, revision });
  if (changed !== undefined) return changed;
  const current = await context.store.findShare(share.id);
  if (current?.state === 'revoked') {
    throw new Problem('share-revoked', 'a revoked share cannot be changed any more: make a new one');
  }
  throw new Problem('revision-differs', 'the share was changed meanwhile: read it again and repeat your change');
}

function readRevision(header: string | undefined): number | undefined {
  if (header === undefined || header === '*') return undefined;
  const [, revision] = /^(?:W\/)?"(\d{1,9})"$/.exec(header) ?? [];
  // What cannot be an entity tag of ours matches nothing.
  return revision === undefined ? -1 : Number(revision);
}

function readCursor(cursor: string): { createdAt: Date; id: string } {
  const [, ms, id] = /^(\d{1,15})-([0-9a-f]{32})$/.exec(cursor) ?? [];
  if (ms === undefined || id === undefined) {
    throw new Problem('invalid-request', 'cursor must be the "next" of the page before');
  }
  return { createdAt: new Date(Number(ms)), id };
}
