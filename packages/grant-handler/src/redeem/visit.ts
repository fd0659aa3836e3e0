import type { Context as HonoContext } from 'hono';
import { clientAddress, networkList } from '../access/addresses.ts';
import { countHit } from '../access/limits.ts';
import { passwordMatches } from '../access/password.ts';
import type { Context, Env } from '../context.ts';
import { NOTHING_HERE, Problem, type Standing, STANDINGS } from '../problem.ts';
import { standingOf } from '../shares/share-view.ts';
import type { Share } from '../records.ts';

/** A request for a share whose token is real. */
export interface Visit {
  readonly token: string;
  readonly share: Share;
  /** The object that is asked for; `undefined` where the share has several and the address names none. */
  readonly key: string | undefined;
  readonly now: number;
  readonly address: string | undefined;
  readonly agent: string | undefined;
}

/** Looks up the share of a token. A guess is refused without asking the store. @throws Problem */
export async function readVisit(context: Context, c: HonoContext<Env>): Promise<Visit> {
  const token = c.req.param('token') ?? '';
  const id = context.tokens.open('share', token);
  if (id === undefined) throw notFound();
  const now = context.clock.now();
  context.countVisit(id, now);
  const share = await context.store.findShare(id);
  if (share === undefined) throw notFound();
  const agent = c.req.header('user-agent')?.slice(0, 200);
  return {
    token,
    share,
    key: objectKey(c, share),
    now,
    address: clientAddress(c.env?.remoteAddress, c.req.header('x-forwarded-for'), context.isTrustedProxy),
    agent,
  };
}

function notFound(): Problem {
  return new Problem(NOTHING_HERE.code, NOTHING_HERE.message);
}

/** @throws Problem `not-found` for a key that is not the share's */
function objectKey(c: HonoContext<Env>, share: Share): string | undefined {
  const { keys, prefix } = share.facts;
  const marker = c.req.path.indexOf('/o/', c.req.path.indexOf(c.req.param('token') ?? ''));
  if (marker === -1) return keys.length === 1 ? keys[0] : undefined;
  let key: string;
  try {
    key = decodeURIComponent(new URL(c.req.url).pathname.slice(marker + '/o/'.length));
  } catch {
    throw notFound();
  }
  const inside = prefix === undefined ? keys.includes(key) : key.startsWith(prefix) && key.length > prefix.length;
  // Clients and proxies resolve dot segments, so a key with one might lead out of the prefix on its way.
  if (!inside || key.split('/').some((part) => part === '.' || part === '..')) throw notFound();
  return key;
}

/** @throws Problem for a share that gives nothing now; a used-up share may still give to whoever has a proof */
export function demandStanding({ share, now }: Visit, except?: Standing): void {
  const standing = standingOf(share, now);
  if (standing !== undefined && standing !== except) throw new Problem(standing, STANDINGS[standing]);
}

/** @throws Problem `address-not-allowed` */
export function demandAddress({ share, address }: Visit): void {
  const { ip } = share.facts;
  if (ip === undefined || (address !== undefined && networkList(ip)(address))) return;
  throw new Problem('address-not-allowed', 'the share may not be used from your address: ask its owner');
}

const GUESSING_MS = 900_000;

/**
 * Checks the password of a share that has one. Guesses are counted before they are tried, for the address and for the
 * share as a whole, so that many addresses together are slowed too; the right password takes its count back, so that a
 * visit to many objects is not slowed.
 *
 * @throws Problem
 */
export async function demandPassword(context: Context, visit: Visit, password: string | undefined): Promise<void> {
  const { share, address = 'unknown', now } = visit;
  if (share.password === undefined) return;
  if (password === undefined) {
    throw new Problem('password-required', 'the share has a password: send it as "password" in the body of a POST');
  }
  const { passwordAttempts, store } = context;
  const counters = [
    { key: `password ${share.id} ${address}`, most: passwordAttempts },
    { key: `password ${share.id}`, most: passwordAttempts * 10 },
  ];
  for (const { key, most } of counters) {
    await countHit(store, key, now, { most, windowMs: GUESSING_MS }, 'too-many-passwords');
  }
  if (!(await passwordMatches(password.slice(0, 1024), share.password))) {
    throw new Problem('password-wrong', 'the password is wrong: check it with whoever gave it to you');
  }
  for (const { key } of counters) await store.hit(key, now, GUESSING_MS, -1);
}
