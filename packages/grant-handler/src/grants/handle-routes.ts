import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, Env } from '../context.ts';
import { Problem } from '../problem.ts';
import { json, problemContent, tokenParam } from '../shares/schemas.ts';
import { credentialsSchema } from './grant-routes.ts';
import { handOut, mobileShape, type TemporaryCredentials, uriShape } from './hand-out.ts';

/** `GET /g/{handle}` in three shapes: the API's, the mobile SDKs', and the credentials URI's. */
export function handleRoutes(context: Context, app: OpenAPIHono<Env>): void {
  const { store, clock, tokens } = context;

  async function give(token: string, signal: AbortSignal): Promise<TemporaryCredentials> {
    const id = tokens.open('handle', token);
    if (id === undefined) throw new Problem('not-found', 'there is nothing at this address');
    const now = clock.now();
    context.countVisit(id, now);
    const handle = await store.findHandle(id);
    if (handle === undefined) throw new Problem('not-found', 'there is nothing at this address');
    if (handle.state === 'revoked') throw new Problem('revoked', 'the owner has revoked the handle');
    if (handle.expiresAt.getTime() <= now)
      throw new Problem('expired', 'the handle has expired: ask its owner for another');
    const { sessionName, durationSeconds } = handle.facts;
    const given = await handOut(
      context,
      { bucket: handle.bucket, ...handle.facts },
      { sessionName, durationSeconds, signal },
    );
    const body = { accessKeyId: given.accessKeyId, expiration: given.expiration };
    await store.record({ kind: 'handle.given', subject: id, body, actor: sessionName, at: now });
    return given;
  }

  const shapes = [
    { path: '/g/{token}', operationId: 'getGrant', shape: (given: TemporaryCredentials) => ({ ...given }) },
    { path: '/g/{token}/mobile', operationId: 'getGrantForMobile', shape: mobileShape },
    { path: '/g/{token}/uri', operationId: 'getGrantAsUri', shape: uriShape },
  ] as const;
  for (const { path, operationId, shape } of shapes) {
    const schema = path === '/g/{token}' ? credentialsSchema : z.record(z.string(), z.unknown());
    app.openapi(
      createRoute({
        method: 'get',
        path,
        operationId,
        summary: 'Gives temporary credentials',
        security: [],
        request: { params: tokenParam },
        responses: { 200: { description: 'The credentials.', content: json(schema) }, '4XX': problemContent },
      }),
      async (c) => {
        // A HEAD runs the routes of GET, and must not hand anything out.
        if (c.req.method === 'HEAD') throw new Problem('method-not-allowed', 'use GET', { allow: 'GET' });
        c.header('cache-control', 'no-store');
        return c.json(shape(await give(c.req.valid('param').token, c.req.raw.signal)) as never, 200);
      },
    );
  }
}
