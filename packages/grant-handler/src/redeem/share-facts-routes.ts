import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { defined } from '@ossgrant/credentials-core/internal';
import type { Context, Env } from '../context.ts';
import { credentialsSchema } from '../grants/grant-routes.ts';
import { handOut, policyOf } from '../grants/hand-out.ts';
import { listShare, objectPageSchema } from '../objects-routes.ts';
import { Problem } from '../problem.ts';
import { json, problemContent, tokenParam } from '../shares/schemas.ts';
import { readPassword } from './password-body.ts';
import { proofHeaders } from './proof.ts';
import { countUse, knownUse } from './use.ts';
import { demandAddress, demandPassword, demandStanding, readVisit } from './visit.ts';

/** The shortest life that STS gives. */
const CREDENTIAL_SECONDS = 900;

const shareCredentialsSchema = credentialsSchema
  .extend({
    bucket: z.string(),
    keys: z.array(z.string()),
    prefix: z.string().optional(),
    endpoint: z
      .object({
        region: z.string().optional(),
        endpoint: z.string().optional(),
        network: z.string().optional(),
        addressing: z.string().optional(),
      })
      .optional(),
  })
  .openapi('ShareCredentials');

/** The objects of a share, and the credentials that it may give. */
export function shareFactsRoutes(context: Context, app: OpenAPIHono<Env>): void {
  for (const method of ['get', 'post'] as const) {
    app.openapi(
      createRoute({
        method,
        path: '/d/{token}/list',
        operationId: method === 'get' ? 'listShareObjects' : 'listShareObjectsWithPassword',
        summary: `Lists the objects of a share${method === 'get' ? '' : ' that has a password'}; never counts`,
        security: [],
        request: { params: tokenParam, query: z.object({ cursor: z.string().max(2048).optional() }) },
        responses: { 200: { description: 'A page.', content: json(objectPageSchema) }, '4XX': problemContent },
      }),
      async (c) => {
        const visit = await readVisit(context, c);
        demandStanding(visit, 'used-up');
        demandAddress(visit);
        await demandPassword(context, visit, method === 'get' ? undefined : await readPassword(c));
        c.header('cache-control', 'no-store');
        return c.json(await listShare(context, visit.share, c.req.valid('query').cursor, c.req.raw.signal), 200);
      },
    );
  }

  app.openapi(
    createRoute({
      method: 'post',
      path: '/d/{token}/credentials',
      operationId: 'getShareCredentials',
      summary: 'Gives temporary credentials for exactly the objects of the share',
      security: [],
      request: { params: tokenParam },
      responses: {
        200: { description: 'The credentials.', content: json(shareCredentialsSchema) },
        '4XX': problemContent,
      },
    }),
    async (c) => {
      const visit = await readVisit(context, c);
      const { share, token } = visit;
      const known = await knownUse(context, c, visit);
      demandStanding(visit, known === undefined ? undefined : 'used-up');
      demandAddress(visit);
      if (share.facts.allow?.includes('credentials') !== true) {
        throw new Problem('credentials-not-shared', 'the share gives downloads, not credentials: ask its owner');
      }
      await demandPassword(context, visit, await readPassword(c));
      const scope = { bucket: share.bucket, ...share.facts };
      policyOf(scope);
      const sessionName = `share-${share.id}`;
      const terms = { sessionName, durationSeconds: CREDENTIAL_SECONDS, signal: c.req.raw.signal };
      const given = await handOut(context, scope, terms);
      const { proof } = await countUse(context, visit, known, share.facts.prefix ?? share.facts.keys[0] ?? '');
      const body = { accessKeyId: given.accessKeyId, expiration: given.expiration };
      const act = { actor: visit.address ?? 'unknown', at: visit.now };
      await context.store.record({ kind: 'share.credentials', subject: share.id, body, ...act });
      const { keys, prefix } = share.facts;
      const { endpoint } = context.options.sts ?? {};
      return c.json({ ...given, bucket: share.bucket, keys: [...keys], ...defined({ prefix, endpoint }) }, 200, {
        'cache-control': 'no-store',
        ...(proof === undefined ? {} : proofHeaders(context, token, proof)),
      });
    },
  );
}
