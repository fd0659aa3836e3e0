import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context as HonoContext, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { routePath } from 'hono/route';
import { countHit } from './access/limits.ts';
import { createContext, type Context, type Env } from './context.ts';
import type { GrantHandler, GrantHandlerOptions } from './grant-handler.ts';
import { createGuessRefuser } from './guesses.ts';
import { NOTHING_HERE, Problem, problemResponse } from './problem.ts';
import { auditRoutes } from './audit/audit-routes.ts';
import { grantRoutes } from './grants/grant-routes.ts';
import { handleRoutes } from './grants/handle-routes.ts';
import { meRoute } from './me-route.ts';
import { objectsRoutes } from './objects-routes.ts';
import { document } from './openapi.ts';
import { redeemRoutes } from './redeem/redeem-routes.ts';
import { shareFactsRoutes } from './redeem/share-facts-routes.ts';
import { shareInfoRoutes } from './redeem/share-info-routes.ts';
import { makeSignInCode, sessionRoutes, sessionSubject } from './sessions.ts';
import { historyRoutes } from './shares/history-routes.ts';
import { batchRoute } from './shares/share-batch.ts';
import { shareRoutes } from './shares/share-routes.ts';
import { urlRoutes } from './url-routes.ts';

/**
 * Makes the application server as a handler of fetch requests, for Node, Express, Next, Workers and everything else that
 * speaks `Request` and `Response`. It opens nothing of its own: store, presigners and STS are handed in.
 *
 * @example
 * const handler = createGrantHandler({ publicUrl, presigners, store, tokenKeys, ...createApiKeys({ store }) });
 * export default { fetch: (request: Request) => handler.fetch(request) };
 *
 * @throws TypeError or RangeError for options that cannot be used
 */
export function createGrantHandler(options: GrantHandlerOptions): GrantHandler {
  const context = createContext(options);
  const app = createApp(context);
  const refuseGuess = createGuessRefuser(context);
  return {
    async fetch(request, connection = {}) {
      return refuseGuess(request) ?? app.fetch(request, { remoteAddress: connection.remoteAddress });
    },
    signInCode: (keyId) => makeSignInCode(context, keyId),
    async close() {},
  };
}

function createApp(context: Context): OpenAPIHono<Env> {
  const { options, clock } = context;
  const root = new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (result.success) return;
      const [issue] = result.error.issues;
      const place = issue?.path.join('.') ?? '';
      throw new Problem(
        'invalid-request',
        `${place === '' ? 'the request' : place}: ${issue?.message ?? 'is invalid'}`,
      );
    },
  });
  const app = context.basePath === '' ? root : root.basePath(context.basePath);

  app.use(async (c, next) => {
    const requestId = crypto.randomUUID();
    c.set('requestId', requestId);
    const startedAt = clock.monotonic();
    await next();
    if (!c.get('hasRequestId')) c.res.headers.set('x-request-id', requestId);
    if (options.onRequest === undefined) return;
    const { code } = c.get('problem') ?? {};
    const subject = c.get('subject')?.id;
    const error = c.get('failure');
    options.onRequest({
      requestId,
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      durationMs: clock.monotonic() - startedAt,
      ...(code === undefined ? {} : { code }),
      ...(subject === undefined ? {} : { subject }),
      ...(error === undefined ? {} : { error }),
    });
  });

  const { origins = [] } = options;
  if (origins.length > 0) {
    const shared = cors({
      origin: [...origins],
      allowHeaders: ['content-type', 'x-ossgrant-use'],
      exposeHeaders: ['x-ossgrant-use', 'x-request-id', 'retry-after'],
    });
    app.use('/d/*', shared);
    app.use('/g/*', shared);
  }

  app.use('/v1/*', async (c, next) => {
    if (c.req.method === 'POST' && c.req.path === `${context.basePath}/v1/session`) return next();
    const subject = (await options.authenticate(c.req.raw)) ?? (await sessionSubject(context, c));
    if (subject === undefined) {
      throw new Problem('unauthenticated', 'send a valid API key or token as "Authorization: Bearer ..."', {
        'www-authenticate': 'Bearer',
      });
    }
    c.set('subject', subject);
    const most = options.limits?.requestsPerMinute ?? 600;
    const rate = await countHit(context.store, `subject ${subject.id}`, clock.now(), { most, windowMs: 60_000 });
    await next();
    for (const [name, value] of Object.entries(rate)) c.res.headers.set(name, value);
    return undefined;
  });
  const whole = bodyLimit({
    maxSize: context.bodyBytes,
    onError: () => {
      throw new Problem('body-too-large', `the body must have at most ${context.bodyBytes} bytes`);
    },
  });
  // To look for a body where none can be costs as much as all else of a visit.
  const limited: MiddlewareHandler<Env> = (c, next) => (/^(?:GET|HEAD)$/.test(c.req.method) ? next() : whole(c, next));
  // A batch is limited line by line.
  app.use('/v1/*', (c, next) => (c.req.path.endsWith('/shares:batch') ? next() : limited(c, next)));
  app.use('/d/*', limited);

  shareInfoRoutes(context, app);
  shareFactsRoutes(context, app);
  redeemRoutes(context, app);
  handleRoutes(context, app);
  batchRoute(context, app);
  shareRoutes(context, app);
  historyRoutes(context, app);
  grantRoutes(context, app);
  objectsRoutes(context, app);
  urlRoutes(context, app);
  meRoute(context, app);
  auditRoutes(context, app);
  sessionRoutes(context, app);
  const api = document(app, options.publicUrl);
  app.get('/openapi.json', (c) => c.json(api));

  app.onError((error, c) => {
    const problem = error instanceof Problem ? error : unexpected(error);
    if (problem.cause !== undefined) c.set('failure', problem.cause);
    return refuse(c, problem);
  });
  app.notFound((c) => {
    const allow = methodsAt(app, c.req.path);
    const problem =
      allow.length === 0
        ? new Problem(NOTHING_HERE.code, NOTHING_HERE.message)
        : new Problem('method-not-allowed', `use ${allow.join(' or ')}`, { allow: allow.join(', ') });
    return refuse(c, problem);
  });
  return app;
}

function refuse(c: HonoContext<Env>, problem: Problem): Response {
  c.set('problem', problem);
  c.set('hasRequestId', true);
  return problemResponse(problem, c.get('requestId'));
}

function unexpected(error: unknown): Problem {
  const malformed = error instanceof Error && 'status' in error && error.status === 400;
  if (malformed) return new Problem('invalid-request', 'the body must be JSON');
  const problem = new Problem('internal', 'something went wrong here: try again, and if it lasts give the request id');
  problem.cause = error;
  return problem;
}

/** The methods that a path has routes for. */
function methodsAt(app: OpenAPIHono<Env>, path: string): readonly string[] {
  return ['GET', 'POST', 'PATCH', 'DELETE'].filter((method) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method === method),
  );
}
