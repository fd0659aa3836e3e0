import { SHARE } from './columns.ts';
import type { Statement } from './database.ts';

const EVENT = `shard, seq::float8 as seq, date_part('epoch', at) * 1000 as at, kind, encode(subject, 'hex') as subject,
  actor, body, encode(hash, 'hex') as hash`;
const HANDLE = `encode(id, 'hex') as id, token_version, owner, bucket, facts, label, state,
  date_part('epoch', expires_at) * 1000 as expires_at, date_part('epoch', created_at) * 1000 as created_at`;
const KEY = `encode(id, 'hex') as id, encode(hash, 'hex') as hash, owner, name, admin, scopes,
  date_part('epoch', created_at) * 1000 as created_at, date_part('epoch', expires_at) * 1000 as expires_at,
  date_part('epoch', revoked_at) * 1000 as revoked_at`;

const SESSION = `encode(id, 'hex') as id, encode(key_id, 'hex') as key_id, date_part('epoch', expires_at) * 1000 as expires_at`;

function instant(parameter: string): string {
  return `to_timestamp(${parameter}::float8 / 1000)`;
}

/** Every statement that the store sends. Those with a name are prepared once on each connection. */
export const STATEMENTS = {
  findShares: { name: 'grant-find-shares', text: 'select find_shares($1) as shares' },
  redeem: { name: 'grant-redeem', text: 'select redeem($1, $2, $3, $4, $5, $6, $7, $8, $9) as results' },
  recentUse: {
    name: 'grant-recent-use',
    text: `select encode(id, 'hex') as id from share_use
      where share_id = decode($1::text, 'hex') and at > '-infinity' and at > ${instant('$2')} and address = $3 and agent = $4 and key = $5
      order by share_use.at desc, share_use.id desc limit 1`,
  },
  createShares: {
    name: 'grant-create-shares',
    text: `select create_shares($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) as created`,
  },
  findIdempotency: {
    text: `select digest, encode(share_id, 'hex') as share_id from idempotency where owner = $1 and key = $2`,
  },
  changeShare: {
    text: `with changed as (
        update share set
          state = coalesce($2::text, state),
          expires_at = coalesce(${instant('$3')}, expires_at),
          label = case when $4::boolean then $5::text else label end,
          max_uses = case when $6::boolean then $7::integer else max_uses end,
          revision = revision + 1
        where id = decode($1::text, 'hex') and state <> 'revoked' and ($8::integer is null or revision = $8::integer)
        returning *
      ), chained as materialized (
        select append_events($9::float8, $10::text, array[id], array[$11::text], array[$12::text]) from changed
      )
      select ${SHARE} from changed, chained`,
  },
  listShares: {
    // The newest use is one step in an index; the statements of visits do without.
    text: `select ${SHARE},
        (select date_part('epoch', max(share_use.at)) * 1000 from share_use
          where share_use.share_id = share.id and share_use.at > '-infinity') as last_used_at
      from share
      where ($1::text is null or owner = $1) and ($2::text is null or bucket = $2)
        and ($3::text is null or starts_with(first_key, $3)) and ($4::text is null or state = $4)
        and ($5::text is null or label = $5)
        and ($6::float8 is null or (created_at, id) < (${instant('$6')}, decode($7::text, 'hex')))
      order by share.created_at desc, share.id desc limit $8::integer`,
  },
  listUses: {
    text: `select encode(id, 'hex') as id, date_part('epoch', at) * 1000 as at, address, agent, key, repeats
      from share_use where share_id = decode($1::text, 'hex') and at > '-infinity'
        and ($2::float8 is null or (at, id) < (${instant('$2')}, decode($3::text, 'hex')))
      order by share_use.at desc, share_use.id desc limit $4::integer`,
  },
  listEvents: {
    text: `select ${EVENT} from audit_event
      where subject = decode($1::text, 'hex') and seq > $2::float8::bigint and not ($4::boolean and kind = 'share.redeemed')
      order by audit_event.seq limit $3::integer`,
  },
  createHandle: {
    text: `with made as (
        insert into grant_handle (id, token_version, owner, bucket, facts, label, expires_at, created_at)
          values (decode($1::text, 'hex'), $2, $3, $4, $5, $6, ${instant('$7')}, ${instant('$8')}) returning id
      )
      select append_events($8::float8, 'handle.created', array[id], array[$9::text], array[$5::text]) from made`,
  },
  findHandle: {
    name: 'grant-find-handle',
    text: `select ${HANDLE} from grant_handle where id = decode($1::text, 'hex')`,
  },
  listHandles: {
    text: `select ${HANDLE} from grant_handle where ($1::text is null or owner = $1)
      order by grant_handle.created_at desc, grant_handle.id desc limit $2::integer`,
  },
  revokeHandle: {
    text: `with changed as (
        update grant_handle set state = 'revoked' where id = decode($1::text, 'hex') and state = 'active' returning id
      )
      select append_events($2::float8, 'handle.revoked', array[id], array[$3::text], array['{}']) from changed`,
  },
  createKey: {
    text: `with made as (
        insert into api_key (id, hash, owner, name, admin, scopes, created_at, expires_at)
          values (decode($1::text, 'hex'), decode($2::text, 'hex'), $3, $4, $5, $6, ${instant('$7')}, ${instant('$8')})
          returning id
      )
      select append_events($7::float8, 'key.created', array[id], array[$9::text], array[$10::text]) from made`,
  },
  findKey: { name: 'grant-find-key', text: `select ${KEY} from api_key where id = decode($1::text, 'hex')` },
  listKeys: { text: `select ${KEY} from api_key order by api_key.created_at, api_key.id` },
  revokeKey: {
    text: `with changed as (
        update api_key set revoked_at = ${instant('$2')} where id = decode($1::text, 'hex') and revoked_at is null
        returning id
      )
      select append_events($2::float8, 'key.revoked', array[id], array[$3::text], array['{}']) from changed`,
  },
  createSession: {
    text: `with made as (
        insert into session (id, key_id, expires_at)
          values (decode($1::text, 'hex'), decode($2::text, 'hex'), ${instant('$3')}) returning id
      )
      select append_events($4::float8, $5::text, array[id], array[$6::text], array['{}']) from made`,
  },
  findSession: {
    name: 'grant-find-session',
    text: `select ${SESSION} from session where id = decode($1::text, 'hex')`,
  },
  endSession: {
    text: `with ended as (
        delete from session where id = decode($1::text, 'hex') returning *
      ), chained as materialized (
        select append_events($2::float8, $3::text, array[id], array[$4::text], array['{}']) from ended
      )
      select ${SESSION} from ended, chained`,
  },
  record: {
    name: 'grant-record',
    text: `select append_events($1::float8, $3::text, array[decode($2::text, 'hex')], array[$4::text], array[$5::text])`,
  },
  heads: { text: `select shard, seq::float8 as seq, encode(hash, 'hex') as hash from audit_head order by shard` },
  exportEvents: {
    text: `select ${EVENT} from audit_event where shard = $1 and seq > $2::float8::bigint order by audit_event.seq limit $3::integer`,
  },
  pruneEvents: {
    text: `with gone as (delete from audit_event where shard = $1 and seq <= $2::float8::bigint returning 1)
      select count(*)::float8 as events from gone`,
  },
  hit: {
    name: 'grant-hit',
    text: `insert into rate_limit as r (key, hits, ends_at) values ($1, greatest($4::integer, 0), ${instant('$2')} + make_interval(secs => $3::float8 / 1000))
      on conflict (key) do update set
        hits = case when r.ends_at <= ${instant('$2')} then excluded.hits else greatest(r.hits + $4::integer, 0) end,
        ends_at = case when r.ends_at <= ${instant('$2')} then excluded.ends_at else r.ends_at end
      returning hits, date_part('epoch', ends_at) * 1000 as ends_at`,
  },
  ping: { text: 'select 1' },
  purgeLimits: { text: `delete from rate_limit where ends_at <= ${instant('$1')}` },
  purgeSessions: { text: `delete from session where expires_at <= ${instant('$1')}` },
  purgeIdempotency: { text: `delete from idempotency where created_at <= ${instant('$1')} - interval '24 hours'` },
} as const satisfies Record<string, Statement>;
