/**
 * What webhooks need. Events come from the audit log: a chain has no gaps and grows in the order in which it is committed, so
 * its place says what was collected, and neither a redeem nor a change writes anything more.
 */
export const WEBHOOK_TABLES = `
-- Whether the end by time or uses was announced. Revocation is announced by itself.
alter table share add column ended boolean not null default false;
create index share_by_end on share (expires_at) where not ended and state <> 'revoked';

create table webhook_cursor (
  shard smallint primary key,
  -- Last event that was collected.
  seq bigint not null,
  -- When webhooks began. Shares that had expired before are not announced.
  since timestamptz not null
) with (fillfactor = 50);

create table webhook_delivery (
  id text primary key,
  body text not null,
  -- When the event happened.
  at timestamptz not null,
  attempts integer not null default 0,
  -- When the next attempt is due, or the lease of the one under way ends. Null: given up.
  due_at timestamptz,
  -- Why the last attempt failed.
  failure text
);
create index webhook_delivery_by_due on webhook_delivery (due_at);
`;

// As for the other functions: a plan is kept, so only what an index serves is asked for. Small tables are read whole, which then
// looks so costly that PostgreSQL would compile the plan each time, in 200 ms.
const SETTINGS = 'set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off';

/** Its locks: places in the chains first, which nobody else takes, then as everywhere shares by id and heads by shard. */
export const COLLECT_WEBHOOKS = `
create function collect_webhooks(p_now double precision, p_limit integer) returns integer language plpgsql ${SETTINGS} as $collect$
declare
  v_at timestamptz := to_timestamp(p_now / 1000);
  v_since timestamptz;
  v_shards smallint[];
  v_seqs bigint[];
  v_count integer := 0;
  v_ids bytea[];
  v_ended bytea[];
  v_reasons text[];
begin
  insert into webhook_cursor (shard, seq, since)
    select shard, seq, v_at from audit_head where not exists (select from webhook_cursor) on conflict do nothing;
  select array_agg(shard), array_agg(seq) into v_shards, v_seqs from (
    select c.shard, c.seq from webhook_cursor as c join audit_head as h on h.shard = c.shard and h.seq > c.seq
      for update of c skip locked
  ) as behind;
  with event as materialized (
    select e.* from unnest(v_shards, v_seqs) as behind(shard, seq)
    cross join lateral (
      select * from audit_event where shard = behind.shard and seq > behind.seq order by audit_event.seq limit p_limit
    ) as e
  ), announced as (
    -- The hash makes the id: a database that was restored gives another event in the same place another id.
    insert into webhook_delivery (id, at, due_at, body)
      select 'evt_' || encode(substr(e.hash, 1, 16), 'hex'), e.at, v_at, format(
        '{"type":%s,"timestamp":"%s","data":{"share":%s,"actor":%s,"details":%s}}', to_json(e.kind),
        to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        json_strip_nulls(json_build_object('id', encode(s.id, 'hex'), 'owner', s.owner, 'bucket', s.bucket, 'label', s.label)),
        to_json(e.actor), e.body)
      from event as e cross join lateral (select * from share where id = e.subject offset 0) as s
      where e.kind in ('share.redeemed', 'share.changed', 'share.paused', 'share.resumed', 'share.revoked', 'share.ended')
      on conflict do nothing
  ), moved as (
    update webhook_cursor as c set seq = newest.seq
      from (select shard, max(seq) as seq from event group by shard) as newest where newest.shard = c.shard
  )
  select count(*), array_agg(distinct subject) filter (where kind in ('share.redeemed', 'share.changed'))
    into v_count, v_ids from event;
  v_since := (select min(since) from webhook_cursor);
  v_ids := v_ids || array(
    select id from share where not ended and state <> 'revoked' and expires_at > v_since and expires_at <= v_at
      order by share.expires_at limit p_limit
  );
  -- A change may also open a share again: then it can end once more.
  v_ids := array(
    select s.id from unnest(v_ids) as touched(id) cross join lateral (select * from share where id = touched.id offset 0) as s
      where s.state <> 'revoked' and s.ended <> (s.expires_at <= v_at or coalesce(s.uses >= s.max_uses, false))
  );
  if cardinality(v_ids) > 0 then
    perform 1 from share where id = any(v_ids) order by id for update;
    with changed as (
      update share set ended = not ended
        where id = any(v_ids) and state <> 'revoked'
          and ended <> (expires_at <= v_at or coalesce(uses >= max_uses, false))
        returning id, ended, case when uses >= max_uses then 'used-up' else 'expired' end as reason
    )
    select array_agg(id), array_agg(reason) into v_ended, v_reasons from changed where ended;
    if v_ended is not null then
      v_count := v_count + append_events(p_now, 'share.ended', v_ended, array_fill('server'::text, array[cardinality(v_ended)]),
        array(select json_build_object('reason', r)::text from unnest(v_reasons) with ordinality as n(r, ord) order by ord));
    end if;
  end if;
  return v_count;
end
$collect$;
`;
