import { batched } from '../batch.ts';
import type { DeadDelivery, WebhookDelivery, WebhookOutbox } from '../webhooks/outbox.ts';
import type { Database, Statement } from './database.ts';
import type { Row } from './rows.ts';

/** Most events of one chain, and expired shares, that one call collects. */
const MOST = 100;

const DELIVERY = `id, body, attempts, date_part('epoch', at) * 1000 as at`;

function instant(parameter: string): string {
  return `to_timestamp(${parameter}::float8 / 1000)`;
}

const STATEMENTS = {
  collect: { name: 'webhook-collect', text: `select collect_webhooks($1, ${MOST}) as events` },
  claim: {
    name: 'webhook-claim',
    text: `with due as materialized (
        select id from webhook_delivery where due_at <= ${instant('$1')} order by webhook_delivery.due_at
          limit $3::integer for update skip locked
      )
      update webhook_delivery set attempts = attempts + 1, due_at = ${instant('$1')} + make_interval(secs => $2::float8 / 1000)
        where id = any(array(select id from due)) returning ${DELIVERY}`,
  },
  delivered: { name: 'webhook-delivered', text: 'delete from webhook_delivery where id = any($1::text[])' },
  failed: {
    // Whoever has claimed it since knows better.
    text: `update webhook_delivery set failure = $3, due_at = ${instant('$4')} where id = $1 and attempts = $2::integer`,
  },
  status: {
    text: `select (select sum(h.seq - c.seq)::float8 from audit_head as h join webhook_cursor as c on c.shard = h.shard) as behind,
        count(due_at)::float8 as waiting, count(*) filter (where due_at is null)::float8 as dead,
        date_part('epoch', min(at) filter (where due_at is not null)) * 1000 as oldest
      from webhook_delivery`,
  },
  listDead: {
    text: `select ${DELIVERY}, failure from webhook_delivery where due_at is null
      order by webhook_delivery.at, webhook_delivery.id limit $1::integer`,
  },
  retryDead: {
    text: `with retried as (
        update webhook_delivery set due_at = ${instant('$1')}, attempts = 0
          where due_at is null and ($2::text[] is null or id = any($2::text[])) returning 1
      )
      select count(*)::float8 as deliveries from retried`,
  },
  purge: {
    text: `delete from webhook_delivery where due_at is null and at <= ${instant('$1')} - interval '30 days'`,
  },
} as const satisfies Record<string, Statement>;

/** Where webhooks wait, in the database of the store. Run `migrate` first. */
export function createPostgresOutbox(database: Database): WebhookOutbox {
  async function all(statement: Statement, ...values: readonly unknown[]): Promise<readonly Row[]> {
    return database.query(statement, values);
  }
  const delivered = batched<string, void>(
    async (ids) => {
      await all(STATEMENTS.delivered, ids);
      return ids.map(() => {});
    },
    { most: MOST, inFlight: 1 },
  );
  return {
    async collect(at) {
      const [row] = await all(STATEMENTS.collect, at);
      return Number(row?.['events']);
    },
    claim: async (at, leaseMs, limit) => (await all(STATEMENTS.claim, at, leaseMs, limit)).map(toDelivery),
    delivered,
    async failed({ id, attempts }, failure, until) {
      await all(STATEMENTS.failed, id, attempts, failure, until ?? null);
    },
    async status() {
      const [row = {}] = await all(STATEMENTS.status);
      const { behind, waiting, dead, oldest } = row;
      return {
        behind: Number(behind ?? 0),
        waiting: Number(waiting),
        dead: Number(dead),
        oldest: oldest === null ? undefined : new Date(Math.round(Number(oldest))),
      };
    },
    listDead: async (limit) => (await all(STATEMENTS.listDead, limit)).map(toDead),
    async retryDead(at, ids) {
      const [row] = await all(STATEMENTS.retryDead, at, ids ?? null);
      return Number(row?.['deliveries']);
    },
    async purge(at) {
      await all(STATEMENTS.purge, at);
    },
  };
}

function toDelivery(row: Row): WebhookDelivery {
  return {
    id: String(row['id']),
    body: String(row['body']),
    attempts: Number(row['attempts']),
    at: new Date(Math.round(Number(row['at']))),
  };
}

function toDead(row: Row): DeadDelivery {
  return { ...toDelivery(row), failure: String(row['failure']) };
}
