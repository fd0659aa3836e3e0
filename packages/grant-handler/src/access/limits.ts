import { Problem } from '../problem.ts';
import type { Store } from '../store.ts';

/** A limit and its window. */
export interface Limit {
  readonly most: number;
  readonly windowMs: number;
}

/** Headers that tell a client how much is left: draft-ietf-httpapi-ratelimit-headers-07. */
function headers({ most, windowMs }: Limit, hits: number, resetSeconds: number): Record<string, string> {
  return {
    ratelimit: `limit=${most}, remaining=${Math.max(0, most - hits)}, reset=${resetSeconds}`,
    'ratelimit-policy': `${most};w=${windowMs / 1000}`,
  };
}

/**
 * Counts a hit for all instances.
 *
 * @returns headers for the response
 * @throws Problem when there were too many
 */
export async function countHit(
  store: Store,
  key: string,
  now: number,
  limit: Limit,
  code: 'rate-limited' | 'too-many-passwords' = 'rate-limited',
): Promise<Record<string, string>> {
  const { hits, endsAt } = await store.hit(key, now, limit.windowMs);
  const resetSeconds = Math.max(1, Math.ceil((endsAt.getTime() - now) / 1000));
  const rate = headers(limit, hits, resetSeconds);
  if (hits <= limit.most) return rate;
  throw new Problem(code, `too many requests: try again in ${resetSeconds} s`, {
    ...rate,
    'retry-after': String(resetSeconds),
  });
}

/**
 * Counts hits by key in this process: for what is too frequent to ask the database. A window's keys are forgotten together.
 */
export function createLocalLimit(limit: Limit): (key: string, now: number) => void {
  let hits = new Map<string, number>();
  let endsAt = 0;
  return (key, now) => {
    // The clock may have been set back.
    if (now >= endsAt || now < endsAt - limit.windowMs) {
      hits = new Map();
      endsAt = now + limit.windowMs;
    }
    const count = (hits.get(key) ?? 0) + 1;
    hits.set(key, count);
    if (count <= limit.most) return;
    const resetSeconds = Math.max(1, Math.ceil((endsAt - now) / 1000));
    throw new Problem('rate-limited', `this share is asked for too often: try again in ${resetSeconds} s`, {
      ...headers(limit, count, resetSeconds),
      'retry-after': String(resetSeconds),
    });
  };
}
