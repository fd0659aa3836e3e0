import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { proofId } from './proof-id.ts';
import { BUCKET } from './start-servers.ts';

/** A share and the uses of it that a visitor was given. */
export interface SoakShare {
  readonly id: string;
  readonly path: string;
  /** What the server keeps of each use's proof. */
  readonly acknowledged: string[];
}

/** What the load has seen. */
export interface LoadReport {
  /** Shares whose creation was acknowledged. */
  readonly shares: readonly SoakShare[];
  /** Milliseconds of each request that redeemed. */
  readonly redeemMs: readonly number[];
  /** Milliseconds of each list of shares, uses or events. */
  readonly listMs: readonly number[];
  /** The longest time that a visitor needed for a use, all tries together. */
  readonly longestMs: number;
  /** Tries without an answer, and answers of 500 and above: the visitor tried again with the same proof. */
  readonly broken: number;
  /** Refusals of used-up shares. */
  readonly refused: number;
  /** Requests that the end of the load interrupted: whether a server has done what they asked for is not known. */
  readonly unfinished: number;
}

/** Load that goes on until it is stopped. */
export interface Load {
  /** Tries without an answer up to now. */
  broken(): number;
  stop(): Promise<LoadReport>;
}

const VISITORS = 24;
const LIMIT = 37;
const TIMEOUT_MS = 10_000;

class Stopped extends Error {}

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Visitors and owners: redeems of shares without a limit, with one of 37 and with one of 1 by three visitors at once, lists, and
 * creations. Who gets no answer asks another server again, with the same proof or idempotency key.
 *
 * @param keys of API, by whose owners the creations are spread
 * @param options.everyMs each visitor acts this often: a load that leaves the processor time to restart servers
 */
export async function startLoad(
  urls: readonly string[],
  keys: readonly string[],
  random: () => number,
  { everyMs = 160 } = {},
): Promise<Load> {
  const report = {
    shares: [] as SoakShare[],
    redeemMs: [] as number[],
    listMs: [] as number[],
    longestMs: 0,
    broken: 0,
    refused: 0,
    unfinished: 0,
  };
  const stopping = new AbortController();
  let turn = 0;

  /** Tries until a server answers below 500. */
  async function ask(path: string, init: RequestInit, times?: number[]): Promise<{ status: number; body: unknown }> {
    for (;;) {
      if (stopping.signal.aborted) {
        report.unfinished += 1;
        throw new Stopped();
      }
      const from = performance.now();
      try {
        const url = urls[(turn += 1) % urls.length] + path;
        const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
        const body: unknown = await response.json();
        if (response.status < 500) {
          if (response.ok) times?.push(performance.now() - from);
          return { status: response.status, body };
        }
      } catch {
        // The server was killed, or the database was down.
      }
      report.broken += 1;
      await pause(50);
    }
  }

  function api(method: string, path: string, more: { body?: object; times?: number[] } = {}): ReturnType<typeof ask> {
    const headers = {
      authorization: `Bearer ${keys[Math.floor(random() * keys.length)]}`,
      'content-type': 'application/json',
      ...(more.body === undefined ? {} : { 'idempotency-key': randomBytes(16).toString('hex') }),
    };
    const body = more.body === undefined ? {} : { body: JSON.stringify(more.body) };
    return ask(path, { method, headers, ...body }, more.times);
  }

  async function create(maxUses?: number): Promise<SoakShare> {
    const { status, body } = await api('POST', '/v1/shares', {
      body: { bucket: BUCKET, key: 'reports/a.txt', maxUses },
    });
    if (status !== 201) throw new Error(`a creation got ${status}: ${JSON.stringify(body)}`);
    const { id, url } = body as { id: string; url: string };
    const share = { id, path: new URL(url).pathname, acknowledged: [] };
    report.shares.push(share);
    return share;
  }

  /** @returns whether the visitor was given a use */
  async function redeem(share: SoakShare): Promise<boolean> {
    const proof = randomBytes(24).toString('base64url');
    const from = performance.now();
    const headers = { accept: 'application/json', 'x-ossgrant-use': proof };
    const { status, body } = await ask(share.path, { headers }, report.redeemMs);
    report.longestMs = Math.max(report.longestMs, performance.now() - from);
    if (status === 200) share.acknowledged.push(proofId(proof));
    else if (status === 410) report.refused += 1;
    else throw new Error(`a redeem got ${status}: ${JSON.stringify(body)}`);
    return status === 200;
  }

  const open = await Promise.all(Array.from({ length: 50 }, () => create()));
  let limited = create(LIMIT);
  const anyShare = (): SoakShare | undefined => open[Math.floor(random() * open.length)];

  async function act(): Promise<void> {
    const roll = random();
    const share = anyShare();
    if (share === undefined) return;
    if (roll < 0.55) {
      await redeem(share);
    } else if (roll < 0.8) {
      const current = limited;
      if (!(await redeem(await current)) && limited === current) limited = create(LIMIT);
    } else if (roll < 0.87) {
      const once = await create(1);
      const visits = await Promise.allSettled([redeem(once), redeem(once), redeem(once)]);
      for (const visit of visits) if (visit.status === 'rejected') throw visit.reason;
    } else if (roll < 0.95) {
      const pages = ['/v1/shares?limit=50', `/v1/shares/${share.id}/uses?limit=50`, `/v1/shares/${share.id}/events`];
      const page = pages[Math.floor(random() * pages.length)] ?? '';
      const { status } = await api('GET', page, { times: report.listMs });
      // The page may be that of another owner's share.
      if (status !== 200 && status !== 404) throw new Error(`${page} got ${status}`);
    } else {
      await create();
    }
  }

  async function visitor(n: number): Promise<void> {
    await pause((everyMs / VISITORS) * n);
    while (!stopping.signal.aborted) {
      const next = performance.now() + everyMs;
      try {
        await act();
      } catch (error) {
        if (!(error instanceof Stopped)) throw error;
      }
      await pause(Math.max(0, next - performance.now()));
    }
  }

  const visitors = Promise.all(Array.from({ length: VISITORS }, (_, n) => visitor(n)));
  // Whoever stops it gets the error.
  visitors.catch(() => {});
  return {
    broken: () => report.broken,
    async stop() {
      stopping.abort();
      await visitors;
      return report;
    },
  };
}
