import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context as HonoContext } from 'hono';
import type { Context, Env } from './context.ts';
import { cookieText, readCookie } from './cookie.ts';
import type { Subject } from './grant-handler.ts';
import { Problem } from './problem.ts';
import { json, problemContent, security } from './shares/schemas.ts';
import { newId } from './token.ts';

type C = HonoContext<Env>;

/** A working day: a stolen computer is not signed in for long. */
const SESSION_SECONDS = 12 * 3600;
/** Long enough to follow an address that a terminal shows. */
const CODE_MS = 120_000;

function cookieName({ secure }: Context): string {
  // Browsers accept the prefix over https only, and then from this host alone.
  return secure ? '__Host-ossgrant-session' : 'ossgrant-session';
}

function sendSession(context: Context, c: C, value: string, maxAge: number): void {
  const { secure } = context;
  c.header('set-cookie', cookieText(cookieName(context), value, { path: '/', maxAge, sameSite: 'Strict', secure }));
}

/** SameSite=Strict lets other hosts of the same site through; Origin does not. @throws Problem `not-allowed` */
function demandOrigin({ options }: Context, c: C): void {
  if (c.req.header('origin') === new URL(options.publicUrl).origin) return;
  throw new Problem('not-allowed', 'a browser must send this request from a page of this server: its Origin differs');
}

/** Who is signed in with the browser that asks. @throws Problem for a change that a foreign page asks for */
export async function sessionSubject(context: Context, c: C): Promise<Subject | undefined> {
  const { signIn } = context.options;
  const id = context.tokens.open('session', readCookie(c, cookieName(context)) ?? '');
  if (id === undefined || signIn === undefined) return undefined;
  const session = await context.store.findSession(id);
  if (session === undefined || session.expiresAt.getTime() <= context.clock.now()) return undefined;
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') demandOrigin(context, c);
  return signIn.subjectOf(session.keyId);
}

/** A code that signs one browser in, once, with the rights of an API key. @throws Problem `not-possible` */
export async function makeSignInCode(context: Context, keyId: string): Promise<string> {
  const subject = await context.options.signIn?.subjectOf(keyId);
  if (subject === undefined) throw new Problem('not-possible', 'a sign-in code needs `signIn` and a valid API key');
  const at = context.clock.now();
  const session = { id: newId(), keyId, expiresAt: new Date(at + CODE_MS) };
  await context.store.createSession(session, { kind: 'sign-in.offered', actor: subject.id, at });
  return context.tokens.seal('sign-in', session.id, context.tokens.newest);
}

/** The key that a secret stands for. A code is used up by it. */
async function keyOf(context: Context, given: { key?: string | undefined; code?: string | undefined }) {
  const { signIn } = context.options;
  if (given.key !== undefined) return signIn?.identify(given.key);
  const id = context.tokens.open('sign-in', given.code ?? '');
  const at = context.clock.now();
  const code =
    id === undefined ? undefined : await context.store.endSession(id, { kind: 'sign-in.used', actor: 'browser', at });
  return code !== undefined && code.expiresAt.getTime() > at ? code.keyId : undefined;
}

const signInSchema = z
  .union([z.strictObject({ key: z.string().max(200) }), z.strictObject({ code: z.string().max(200) })])
  .openapi('SignIn');

/** Signing in and out with a browser: `POST` and `DELETE /v1/session`. */
export function sessionRoutes(context: Context, app: OpenAPIHono<Env>): void {
  const { store, tokens, clock } = context;
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/session',
      operationId: 'signIn',
      summary: 'Signs a browser in, with an API key or the code of a one-time address',
      security: [],
      request: { body: { required: true, content: json(signInSchema) } },
      responses: { 204: { description: 'Signed in: the session is a cookie.' }, '4XX': problemContent },
    }),
    async (c) => {
      demandOrigin(context, c);
      const given: { key?: string; code?: string } = c.req.valid('json');
      const keyId = await keyOf(context, given);
      const subject = keyId === undefined ? undefined : await context.options.signIn?.subjectOf(keyId);
      if (keyId === undefined || subject === undefined) {
        const what =
          given.key === undefined
            ? 'the address was used or has expired: ask for another'
            : 'the API key is not valid: check that it was copied whole';
        throw new Problem('unauthenticated', what);
      }
      const at = clock.now();
      const session = { id: newId(), keyId, expiresAt: new Date(at + SESSION_SECONDS * 1000) };
      await store.createSession(session, { kind: 'session.opened', actor: subject.id, at });
      sendSession(context, c, tokens.seal('session', session.id, tokens.newest), SESSION_SECONDS);
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/session',
      operationId: 'signOut',
      summary: 'Signs the browser out',
      security,
      responses: { 204: { description: 'Signed out.' }, '4XX': problemContent },
    }),
    async (c) => {
      const id = tokens.open('session', readCookie(c, cookieName(context)) ?? '');
      const act = { kind: 'session.closed', actor: c.get('subject').id, at: clock.now() };
      if (id !== undefined) await store.endSession(id, act);
      sendSession(context, c, '', 0);
      return c.body(null, 204);
    },
  );
}
