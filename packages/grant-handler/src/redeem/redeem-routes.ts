import { defined } from '@ossgrant/credentials-core/internal';
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context as HonoContext } from 'hono';
import type { Context, Env } from '../context.ts';
import { Problem } from '../problem.ts';
import { json, problemContent } from '../shares/schemas.ts';
import { DEFAULT_PREVIEW_SECONDS, DOWNLOAD_SECONDS, hasPreview, signObject } from '../shares/object-of.ts';
import type { PresignedUrl } from '@ossgrant/url-presigner';
import { isForm, readPassword } from './password-body.ts';
import { proofHeaders } from './proof.ts';
import { showPage } from './show-page.ts';
import { handsDownloadsOn, wantsJson, wantsPage } from './readers.ts';
import { countUse, knownUse } from './use.ts';
import { demandAddress, demandPassword, demandStanding, readVisit, type Visit } from './visit.ts';

type C = HonoContext<Env>;

/** `/d/{token}` and `/d/{token}/o/{key}`: HEAD looks, a browser's GET gets a page, every other GET and POST redeems. */
export function redeemRoutes(context: Context, app: OpenAPIHono<Env>): void {
  async function look(c: C): Promise<Response> {
    const visit = await readVisit(context, c);
    // A HEAD runs the routes of GET.
    if (c.req.method === 'HEAD') return head(context, c, visit);
    if (wantsPage(c) && !wantsJson(c)) return showPage(context, c, visit);
    return redeem(context, c, visit, undefined);
  }

  async function post(c: C): Promise<Response> {
    const visit = await readVisit(context, c);
    if (handsDownloadsOn(c)) return showPage(context, c, visit);
    const password = await readPassword(c);
    const byPerson = isForm(c) && !wantsJson(c);
    try {
      if (!byPerson || visit.key !== undefined) return await redeem(context, c, visit, password);
      demandStanding(visit);
      demandAddress(visit);
      await demandPassword(context, visit, password);
      return await showPage(context, c, visit, { password });
    } catch (error) {
      // A person who mistyped the password gets the form again.
      if (!(error instanceof Problem) || !byPerson) throw error;
      return showPage(context, c, visit, { refusal: error });
    }
  }

  for (const path of ['/d/:token', '/d/:token/o/:key{.+}']) {
    app.get(path, look).post(path, post);
    describe(app, path.replace(':token', '{token}').replace(':key{.+}', '{key}'));
  }
}

const redeemedSchema = z
  .object({
    url: z.string(),
    expiresAt: z.string(),
    key: z.string(),
    use: z.string().optional(),
    repeat: z.boolean(),
    filename: z.string().optional(),
    usesLeft: z.int().optional(),
  })
  .openapi('RedeemedShare');

/** Writes the routes into the API's description: they are plain ones, as they answer in several ways. */
function describe(app: OpenAPIHono<Env>, path: string): void {
  const several = path.endsWith('{key}');
  const names = several ? ['token', 'key'] : ['token'];
  const params = z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
  const headers = z.object({ 'x-ossgrant-use': z.string().optional() });
  const redirection = (status: number): object => ({ [status]: { description: 'To a signed URL.' } });
  const html = { 'text/html': { schema: z.string() } };
  const described = { description: 'With `Accept: application/json` the URL; for a browser a page.' };
  for (const method of ['get', 'post'] as const) {
    app.openAPIRegistry.registerPath({
      method,
      path,
      operationId: `${method === 'get' ? 'redeem' : 'redeemWithPassword'}${several ? 'Object' : 'Share'}`,
      summary: "Redeems a share; a HEAD, a browser's GET and a previewer's GET count nothing",
      security: [],
      request: { params, headers },
      responses: {
        200: { ...described, content: { ...json(redeemedSchema), ...html } },
        ...redirection(method === 'get' ? 302 : 303),
        '4XX': problemContent,
      },
    });
  }
}

/** @throws Problem `choose-object` */
function demandKey({ key, token }: Visit): string {
  if (key !== undefined) return key;
  throw new Problem(
    'choose-object',
    `the share has several objects: ask for one at /d/${token}/o/{key}; /d/${token}/list names them`,
  );
}

function sign(
  context: Context,
  c: C,
  visit: Visit,
  options: { key: string; method: 'GET' | 'HEAD' },
): Promise<PresignedUrl> {
  const { share, now } = visit;
  const preview = c.req.query('preview') !== undefined;
  if (preview && (!hasPreview(share.facts, options.key) || share.facts.disposition === 'attachment')) {
    throw new Problem('not-possible', 'the object has no preview: ask for it without "preview"');
  }
  const wanted = preview ? (share.facts.previewSeconds ?? DEFAULT_PREVIEW_SECONDS) : DOWNLOAD_SECONDS;
  // Rounded up to the whole second that a signature needs.
  const left = Math.ceil((share.expiresAt.getTime() - now) / 1000);
  return signObject(context, {
    ...options,
    bucket: share.bucket,
    facts: share.facts,
    expiresIn: Math.max(1, Math.min(wanted, left)),
    preview,
  });
}

const PRIVATE = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

function redirect(c: C, location: string, status: 302 | 303, headers: Readonly<Record<string, string>>): Response {
  const requestId = c.get('requestId');
  c.set('hasRequestId', true);
  // Not `c.redirect`: it makes a `Headers` of them, and so does whoever adds one later, which costs as much as signing.
  return new Response(null, { status, headers: { ...headers, location, 'x-request-id': requestId } });
}

async function head(context: Context, c: C, visit: Visit): Promise<Response> {
  demandStanding(visit);
  demandAddress(visit);
  await demandPassword(context, visit, undefined);
  const { url } = await sign(context, c, visit, { key: demandKey(visit), method: 'HEAD' });
  return redirect(c, url, 302, PRIVATE);
}

async function redeem(context: Context, c: C, visit: Visit, password: string | undefined): Promise<Response> {
  const known = await knownUse(context, c, visit);
  // Whether a used-up share still serves a known use, only the store can say.
  demandStanding(visit, known === undefined ? undefined : 'used-up');
  demandAddress(visit);
  await demandPassword(context, visit, password);
  const key = demandKey(visit);
  const { url, expiration } = await sign(context, c, visit, { key, method: 'GET' });
  const { proof, repeat, result } = await countUse(context, visit, known, key);
  const headers = { ...PRIVATE, ...(proof === undefined ? {} : proofHeaders(context, visit.token, proof)) };
  const isPost = c.req.method === 'POST';
  if (wantsJson(c) || (isPost && (c.req.header('content-type') ?? '').startsWith('application/json'))) {
    const usesLeft = result.maxUses === undefined ? undefined : result.maxUses - result.uses;
    const body = { url, expiresAt: expiration.toISOString(), key, repeat };
    const { filename } = visit.share.facts;
    return c.json({ ...body, ...defined({ use: proof, filename, usesLeft }) }, 200, headers);
  }
  return redirect(c, url, isPost ? 303 : 302, headers);
}
