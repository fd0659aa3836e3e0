import type pg from 'pg';
import type { LoadReport } from './soak-load.ts';

/** What was acknowledged, and what the database holds. */
export interface Comparison {
  readonly acknowledged: number;
  /** Uses that were acknowledged and are not there. */
  readonly lost: number;
  readonly lostShares: number;
  /** Uses in the database, and events of one in the audit log. */
  readonly counted: number;
  readonly events: number;
  /** Shares with more uses than their limit, and those whose counter differs from their uses. */
  readonly overLimit: number;
  readonly miscounted: number;
  readonly created: number;
}

/** Compares what visitors and owners got in responses with what the database holds. */
export async function compareUses(pool: pg.Pool, { shares }: LoadReport): Promise<Comparison> {
  async function count(text: string, values: readonly unknown[] = []): Promise<number> {
    const { rows } = await pool.query<{ n: string }>(`select count(*) as n ${text}`, [...values]);
    return Number(rows[0]?.n);
  }

  const found = { acknowledged: 0, lost: 0, lostShares: 0 };
  for (let from = 0; from < shares.length; from += 100) {
    const some = shares.slice(from, from + 100);
    const kept = `from share where id = any(select decode(one, 'hex') from unnest($1::text[]) as one)`;
    found.lostShares += some.length - (await count(kept, [some.map(({ id }) => id)]));
    const uses = some.flatMap(({ id, acknowledged }) => acknowledged.map((proof) => [id, proof] as const));
    found.acknowledged += uses.length;
    found.lost += await count(
      `from unnest($1::text[], $2::text[]) as a(share, proof)
       where not exists (select from share_use where share_id = decode(a.share, 'hex') and id = decode(a.proof, 'hex'))`,
      [uses.map(([id]) => id), uses.map(([, proof]) => proof)],
    );
  }
  return {
    ...found,
    counted: await count('from share_use'),
    events: await count(`from audit_event where kind = 'share.redeemed'`),
    overLimit: await count(
      'from share where max_uses < greatest(uses, (select count(*) from share_use where share_id = share.id))',
    ),
    miscounted: await count('from share where uses <> (select count(*) from share_use where share_id = share.id)'),
    created: await count('from share'),
  };
}
