import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { defined } from '@ossgrant/credentials-core/internal';
import { sessionNameFor } from '@ossgrant/credentials-sts';
import type { Context, Env } from '../context.ts';
import type { Subject } from '../grant-handler.ts';
import { Problem } from '../problem.ts';
import { endOf, longestLife, objectsOf } from '../shares/make-share.ts';
import { idParam, json, objectFields, plainText, problemContent, durationSchema, security } from '../shares/schemas.ts';
import type { GrantHandle, HandleFacts } from '../records.ts';
import { newId } from '../token.ts';
import { handOut, policyOf } from './hand-out.ts';

const grantFields = {
  ...objectFields,
  list: z.boolean().optional().openapi({ description: 'Also lists the keys under the prefix.' }),
  durationSeconds: z.int().min(900).max(43_200).default(900),
  sessionName: plainText(256).optional().openapi({ description: 'The end user, as the logs of OSS shall name them.' }),
};
const newGrantSchema = z.strictObject(grantFields).openapi('NewGrant');
const newHandleSchema = z
  .strictObject({
    ...grantFields,
    expiresIn: durationSchema.optional(),
    expiresAt: z.iso.datetime({ offset: true }).optional(),
    label: plainText(200).optional(),
  })
  .openapi('NewGrantHandle');

/** Temporary credentials as JSON. */
export const credentialsSchema = z
  .object({
    accessKeyId: z.string(),
    accessKeySecret: z.string(),
    securityToken: z.string(),
    expiration: z.string(),
  })
  .openapi('TemporaryCredentials');

const handleSchema = z
  .object({
    id: z.string(),
    url: z.string().optional(),
    owner: z.string(),
    state: z.enum(['active', 'revoked', 'expired']),
    bucket: z.string(),
    keys: z.array(z.string()),
    prefix: z.string().optional(),
    list: z.boolean(),
    durationSeconds: z.int(),
    sessionName: z.string(),
    label: z.string().optional(),
    expiresAt: z.string(),
    createdAt: z.string(),
  })
  .openapi('GrantHandle');

type GrantInput = z.infer<typeof newGrantSchema>;

const DEFAULT_SECONDS = 86_400;

/** Temporary credentials for owners' clients, and revocable handles for clients that can only GET. */
export function grantRoutes(context: Context, app: OpenAPIHono<Env>): void {
  const { store, clock, tokens } = context;

  /** @throws Problem for objects or a life that the subject may not give */
  async function scopeOf(subject: Subject, input: GrantInput): Promise<{ facts: HandleFacts; longest: number }> {
    const objects = objectsOf(input);
    if (input.list === true && objects.prefix === undefined) {
      throw new Problem('invalid-request', 'list goes with a prefix');
    }
    const longest = await longestLife(context, subject, input.bucket, objects);
    if (input.durationSeconds > longest) {
      throw new Problem('life-too-long', `you may grant these objects for at most ${longest} s`);
    }
    const sessionName = sessionNameFor(input.sessionName ?? subject.id);
    const facts = { ...objects, list: input.list === true, durationSeconds: input.durationSeconds, sessionName };
    // What no policy can name is said now.
    policyOf({ bucket: input.bucket, ...facts });
    return { facts, longest };
  }

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/grants',
      operationId: 'createGrant',
      summary: 'Gives temporary credentials for exactly these objects',
      security,
      request: { body: { required: true, content: json(newGrantSchema) } },
      responses: { 201: { description: 'The credentials.', content: json(credentialsSchema) }, '4XX': problemContent },
    }),
    async (c) => {
      const subject = c.get('subject');
      const input = c.req.valid('json');
      const { facts } = await scopeOf(subject, input);
      const { sessionName, durationSeconds } = facts;
      const given = await handOut(
        context,
        { bucket: input.bucket, ...facts },
        { sessionName, durationSeconds, signal: c.req.raw.signal },
      );
      const body = { bucket: input.bucket, ...facts, accessKeyId: given.accessKeyId, expiration: given.expiration };
      await store.record({ kind: 'grant.given', subject: newId(), body, actor: subject.id, at: clock.now() });
      c.header('cache-control', 'no-store');
      return c.json({ ...given }, 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/grant-handles',
      operationId: 'createGrantHandle',
      summary: 'Makes a revocable address that gives temporary credentials to whoever GETs it',
      security,
      request: { body: { required: true, content: json(newHandleSchema) } },
      responses: { 201: { description: 'The handle.', content: json(handleSchema) }, '4XX': problemContent },
    }),
    async (c) => {
      const subject = c.get('subject');
      const { label, expiresIn, expiresAt, ...input } = c.req.valid('json');
      const { facts, longest } = await scopeOf(subject, input);
      const now = clock.now();
      const end = endOf(defined({ expiresIn, expiresAt }), now, longest);
      const handle: GrantHandle = {
        id: newId(),
        tokenVersion: tokens.newest,
        owner: subject.id,
        bucket: input.bucket,
        facts,
        label,
        state: 'active',
        expiresAt: end ?? new Date(now + Math.min(DEFAULT_SECONDS, longest) * 1000),
        createdAt: new Date(now),
      };
      await store.createHandle(handle, { at: now, actor: subject.id });
      c.header('cache-control', 'no-store');
      return c.json(view(handle, now, context.address('handle', handle.id, handle.tokenVersion)), 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/grant-handles',
      operationId: 'listGrantHandles',
      summary: 'Lists the newest 1000 handles',
      security,
      responses: {
        200: { description: 'The handles.', content: json(z.object({ handles: z.array(handleSchema) })) },
        '4XX': problemContent,
      },
    }),
    async (c) => {
      const subject = c.get('subject');
      const now = clock.now();
      const handles = await store.listHandles(subject.admin === true ? undefined : subject.id, 1000);
      c.header('cache-control', 'no-store');
      return c.json({ handles: handles.map((handle) => view(handle, now)) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/grant-handles/{id}/revoke',
      operationId: 'revokeGrantHandle',
      summary: 'Revokes a handle for good; credentials that it gave live on to their end',
      security,
      request: { params: idParam },
      responses: { 200: { description: 'The handle.', content: json(handleSchema) }, '4XX': problemContent },
    }),
    async (c) => {
      const subject = c.get('subject');
      const handle = await store.findHandle(c.req.valid('param').id);
      if (handle === undefined || (handle.owner !== subject.id && subject.admin !== true)) {
        throw new Problem('not-found', 'there is no such handle');
      }
      const now = clock.now();
      await store.revokeHandle(handle.id, { at: now, actor: subject.id });
      return c.json(view({ ...handle, state: 'revoked' }, now), 200);
    },
  );
}

function view(handle: GrantHandle, now: number, url?: string): z.infer<typeof handleSchema> {
  const { facts, state, expiresAt } = handle;
  return {
    id: handle.id,
    owner: handle.owner,
    state: state === 'active' && expiresAt.getTime() <= now ? 'expired' : state,
    bucket: handle.bucket,
    keys: [...facts.keys],
    list: facts.list,
    durationSeconds: facts.durationSeconds,
    sessionName: facts.sessionName,
    expiresAt: expiresAt.toISOString(),
    createdAt: handle.createdAt.toISOString(),
    ...defined({ url, prefix: facts.prefix, label: handle.label }),
  };
}
