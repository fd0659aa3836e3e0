import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { defined } from '@ossgrant/credentials-core/internal';
import type { Context, Env } from '../context.ts';
import { hasPreview } from '../shares/object-of.ts';
import { json, problemContent, tokenParam } from '../shares/schemas.ts';
import { createObjectFacts } from './object-facts.ts';
import { readPassword } from './password-body.ts';
import { standingFor } from './use.ts';
import { demandAddress, demandPassword, readVisit } from './visit.ts';

const infoSchema = z
  .object({
    state: z.enum(['active', 'paused', 'revoked', 'expired', 'used-up', 'not-yet']),
    expiresAt: z.string(),
    notBefore: z.string().optional(),
    usesLeft: z.int().optional(),
    password: z.boolean(),
    several: z.boolean(),
    credentials: z.boolean(),
    preview: z.boolean(),
    filename: z.string().optional(),
    label: z.string().optional(),
    size: z.int().optional(),
    contentType: z.string().optional(),
    crc64: z.string().optional(),
  })
  .openapi('ShareInfo');

/** What may be asked about a share without using it. */
export function shareInfoRoutes(context: Context, app: OpenAPIHono<Env>): void {
  const factsOf = createObjectFacts(context);
  for (const method of ['get', 'post'] as const) {
    app.openapi(
      createRoute({
        method,
        path: '/d/{token}/info',
        operationId: method === 'get' ? 'getShareInfo' : 'getShareInfoWithPassword',
        summary: `Says what a share${method === 'get' ? '' : ' that has a password'} gives; never counts`,
        security: [],
        request: { params: tokenParam },
        responses: { 200: { description: 'The facts.', content: json(infoSchema) }, '4XX': problemContent },
      }),
      async (c) => {
        const visit = await readVisit(context, c);
        const { share } = visit;
        demandAddress(visit);
        const { facts } = share;
        const locked = share.password !== undefined && method === 'get';
        if (method === 'post') await demandPassword(context, visit, await readPassword(c));
        const standing = standingFor(context, c, visit);
        const [only] = facts.keys.length === 1 ? facts.keys : [];
        // Behind a password, even the name needs it.
        const named = !locked || facts.allow?.includes('filename') === true;
        const name = facts.filename ?? only?.split('/').at(-1);
        const about = locked || only === undefined || standing !== undefined ? {} : await factsOf(share, only);
        c.header('cache-control', 'no-store');
        return c.json(
          {
            state: standing ?? ('active' as const),
            expiresAt: share.expiresAt.toISOString(),
            password: share.password !== undefined,
            several: only === undefined,
            credentials: facts.allow?.includes('credentials') === true,
            preview: only !== undefined && facts.disposition !== 'attachment' && hasPreview(facts, only),
            ...about,
            ...defined({
              notBefore: share.notBefore?.toISOString(),
              usesLeft: share.maxUses === undefined ? undefined : share.maxUses - share.uses,
              filename: named ? name : undefined,
              label: locked ? undefined : share.label,
            }),
          },
          200,
        );
      },
    );
  }
}
