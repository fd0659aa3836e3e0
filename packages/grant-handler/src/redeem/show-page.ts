import { defined } from '@ossgrant/credentials-core/internal';
import type { Context as HonoContext } from 'hono';
import type { Context, Env } from '../context.ts';
import type { LandingPage } from '../landing.ts';
import { listShare } from '../objects-routes.ts';
import { Problem, STANDINGS } from '../problem.ts';
import { DOWNLOAD_SECONDS, signObject } from '../shares/object-of.ts';
import { renderPlainPage } from './plain-page.ts';
import { handsDownloadsOn, isPreviewer } from './readers.ts';
import { standingFor } from './use.ts';
import { demandAddress, type Visit } from './visit.ts';

type C = HonoContext<Env>;

/** What came before the page. */
export interface Before {
  readonly refusal?: Problem | undefined;
  /** The right password of the share. */
  readonly password?: string | undefined;
}

/** Sends the page for recipients: it counts nothing, and names only what this visitor may see. */
export async function showPage(context: Context, c: C, visit: Visit, before: Before = {}): Promise<Response> {
  const { share } = visit;
  const standing = standingFor(context, c, visit);
  let refusal = before.refusal ?? problemOf(() => demandAddress(visit));
  let list: Partial<LandingPage> = {};
  if (standing === undefined && refusal === undefined && showsObjects(c, visit, before)) {
    try {
      list = await objectsFor(context, c, visit);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refusal = error;
      if (error.cause !== undefined) c.set('failure', error.cause);
    }
  }
  const state = standing ?? 'active';
  const problem = standing === undefined ? refusal : new Problem(standing, STANDINGS[standing]);
  if (problem !== undefined) c.set('problem', problem);
  const page: LandingPage = {
    path: addressed(context, visit),
    state,
    expiresAt: share.expiresAt,
    needsPassword: share.password !== undefined,
    several: visit.key === undefined,
    objects: [],
    openElsewhere: handsDownloadsOn(c),
    ...defined({
      notBefore: share.notBefore,
      usesLeft: share.maxUses === undefined ? undefined : Math.max(0, share.maxUses - share.uses),
      filename: nameOf(visit),
      password: before.password,
      refusal: refusal === undefined ? undefined : { code: refusal.code, message: refusal.message },
      storage: standing === undefined ? await storageOf(context, c, visit) : undefined,
    }),
    ...list,
  };
  const { html, policy } = await (context.options.landing ?? renderPlainPage)(page, c.req.raw);
  c.header('cache-control', 'no-store');
  c.header('referrer-policy', 'no-referrer');
  c.header('content-security-policy', policy);
  c.header('x-content-type-options', 'nosniff');
  return c.html(html, (problem?.status ?? 200) as 200);
}

function problemOf(demand: () => void): Problem | undefined {
  try {
    demand();
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** The name is for recipients; in a preview of a message everybody in the room would read it. */
function nameOf({ share, key }: Visit): string | undefined {
  const { facts } = share;
  return facts.allow?.includes('filename') === true ? (facts.filename ?? key?.split('/').at(-1)) : undefined;
}

function showsObjects(c: C, { share, key }: Visit, { password }: Before): boolean {
  const open = share.password === undefined || password !== undefined;
  return key === undefined && open && (!isPreviewer(c) || share.facts.allow?.includes('filename') === true);
}

function sharePath(context: Context, { token }: Visit): string {
  return `${context.basePath}/d/${token}`;
}

function objectPath(context: Context, visit: Visit, key: string): string {
  return `${sharePath(context, visit)}/o/${key.split('/').map(encodeURIComponent).join('/')}`;
}

/** Where the page's form goes. */
function addressed(context: Context, visit: Visit): string {
  const { key, share } = visit;
  return key === undefined || share.facts.keys.length === 1
    ? sharePath(context, visit)
    : objectPath(context, visit, key);
}

async function objectsFor(context: Context, c: C, visit: Visit): Promise<Pick<LandingPage, 'objects' | 'next'>> {
  const { prefix = '' } = visit.share.facts;
  const { objects, next } = await listShare(context, visit.share, c.req.query('cursor'), c.req.raw.signal);
  const path = sharePath(context, visit);
  return {
    objects: objects
      // The prefix itself may be an object, as consoles make for empty folders; it has no name below the share.
      .filter(({ key }) => key !== prefix)
      .map(({ key, size }) => ({ name: key.slice(prefix.length), size, path: objectPath(context, visit, key) })),
    ...defined({
      next: next === undefined ? undefined : `${path}?${new URLSearchParams({ cursor: next }).toString()}`,
    }),
  };
}

async function storageOf(context: Context, c: C, { share, key }: Visit): Promise<string> {
  const { facts, bucket } = share;
  const { url } = await signObject(context, {
    bucket,
    facts,
    key: key ?? facts.keys[0] ?? `${facts.prefix}x`,
    method: 'GET',
    expiresIn: DOWNLOAD_SECONDS,
    preview: false,
    signal: c.req.raw.signal,
  });
  return new URL(url).origin;
}
