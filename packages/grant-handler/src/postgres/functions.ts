/**
 * The functions. Locks are always taken in one order, shares by id and then heads by shard, so that no two calls wait for
 * each other.
 */
export const FUNCTIONS = `
create function append_events(
  p_now double precision, p_subjects bytea[], p_kinds text[], p_actors text[], p_bodies text[]
) returns integer language plpgsql as $append$
declare
  v_event record;
  v_shard smallint := -1;
  v_seq bigint;
  v_hash bytea;
  v_count integer := 0;
begin
  perform 1 from audit_head
    where shard in (select get_byte(s, 0) % 64 from unnest(p_subjects) as s)
    order by shard for update;
  for v_event in
    select (get_byte(e.subject, 0) % 64)::smallint as shard, e.subject, e.kind, e.actor, e.body
    from unnest(p_subjects, p_kinds, p_actors, p_bodies) with ordinality as e(subject, kind, actor, body, ord)
    order by 1, e.ord
  loop
    if v_event.shard <> v_shard then
      if v_shard >= 0 then
        update audit_head set seq = v_seq, hash = v_hash where shard = v_shard;
      end if;
      v_shard := v_event.shard;
      select h.seq, h.hash into v_seq, v_hash from audit_head as h where h.shard = v_shard;
    end if;
    v_seq := v_seq + 1;
    -- The actor's length keeps a line break in it from passing for the end of it.
    v_hash := sha256(v_hash || convert_to(concat_ws(E'\\n', v_seq, p_now::bigint, v_event.kind,
      encode(v_event.subject, 'hex'), octet_length(v_event.actor), v_event.actor, v_event.body), 'UTF8'));
    insert into audit_event (shard, seq, at, kind, subject, actor, body, hash)
      values (v_shard, v_seq, to_timestamp(p_now / 1000), v_event.kind, v_event.subject, v_event.actor, v_event.body, v_hash);
    v_count := v_count + 1;
  end loop;
  if v_shard >= 0 then
    update audit_head set seq = v_seq, hash = v_hash where shard = v_shard;
  end if;
  return v_count;
end
$append$;

create function redeem(p_now double precision, p_window_ms double precision, p_repeats integer, p_rows json)
returns table (ord integer, outcome text, uses integer, max_uses integer) language plpgsql as $redeem$
#variable_conflict use_column
declare
  v_at timestamptz := to_timestamp(p_now / 1000);
begin
  perform 1 from share
    where id in (select decode(r.share, 'hex') from json_to_recordset(p_rows) as r(share text))
    order by id for update;
  return query
  with wanted as materialized (
    select r.ord, decode(r.share, 'hex') as share_id, decode(r.proof, 'hex') as proof, r.address, r.agent, r.key
    from json_to_recordset(p_rows) as r(ord integer, share text, proof text, address text, agent text, key text)
  ), judged as (
    select w.*, s.uses, s.max_uses, u.repeats, u.id is not null as known,
      u.at > v_at - make_interval(secs => p_window_ms / 1000) as fresh,
      row_number() over (partition by w.share_id, w.proof order by w.ord) as nth,
      case
        when s.id is null then 'unknown'
        when s.state <> 'active' then s.state
        when s.expires_at <= v_at then 'expired'
        when s.not_before > v_at then 'not-yet'
        else 'open'
      end as standing
    from wanted as w
    left join share as s on s.id = w.share_id
    left join share_use as u on u.share_id = w.share_id and u.id = w.proof
  ), ranked as (
    select *, count(*) filter (where standing = 'open' and not known and nth = 1)
      over (partition by share_id order by ord) as rank
    from judged
  ), first_of_proof as (
    select *, case
        when standing <> 'open' then standing
        when known and fresh and repeats + nth <= p_repeats then 'repeat'
        when known then 'spent'
        when nth > 1 then 'same'
        when max_uses is null or uses + rank <= max_uses then 'counted'
        else 'used-up'
      end as verdict
    from ranked
  ), decided as materialized (
    select ord, share_id, proof, address, agent, key, uses, max_uses, case
        when verdict <> 'same' then verdict
        when nth > p_repeats then 'spent'
        when first_value(verdict) over (partition by share_id, proof order by ord) = 'counted' then 'repeat'
        else 'used-up'
      end as outcome
    from first_of_proof
  ), counted_up as (
    update share as s set uses = s.uses + n.uses
    from (select share_id, count(*)::integer as uses from decided where outcome = 'counted' group by share_id) as n
    where s.id = n.share_id
    returning s.id, s.uses
  ), written as (
    insert into share_use (share_id, id, at, address, agent, key, repeats)
    select d.share_id, d.proof, v_at, d.address, d.agent, d.key,
      (select count(*) from decided as again
        where again.outcome = 'repeat' and again.share_id = d.share_id and again.proof = d.proof)
    from decided as d where d.outcome = 'counted'
  ), repeated as (
    update share_use as u set repeats = u.repeats + n.repeats
    from (select share_id, proof, count(*)::integer as repeats from decided
      where outcome = 'repeat' group by share_id, proof) as n
    where u.share_id = n.share_id and u.id = n.proof
  ), chained as materialized (
    select append_events(p_now, array_agg(share_id order by ord), array_agg('share.redeemed'::text),
      array_agg(coalesce(address, 'unknown') order by ord),
      array_agg(json_build_object('use', encode(proof, 'hex'), 'key', key, 'agent', agent)::text order by ord)) as events
    from decided where outcome = 'counted' having count(*) > 0
  )
  select d.ord, d.outcome, coalesce(c.uses, d.uses), d.max_uses
  from decided as d
  left join counted_up as c on c.id = d.share_id
  left join chained on true;
end
$redeem$;

create function create_shares(p_now double precision, p_rows json, p_owner text, p_actor text, p_key text, p_digest text)
returns boolean language plpgsql as $create$
begin
  if p_key is not null then
    -- A second request with the same key waits here until the first one has ended.
    insert into idempotency (owner, key, digest, share_id, created_at)
      values (p_owner, p_key, p_digest, decode(p_rows -> 0 ->> 'id', 'hex'), to_timestamp(p_now / 1000))
      on conflict do nothing;
    if not found then
      return false;
    end if;
  end if;
  insert into share (id, token_version, owner, bucket, first_key, facts, label, password, max_uses, not_before, expires_at, created_at)
    select decode(r.id, 'hex'), r.token_version, p_owner, r.bucket, r.first_key, r.facts, r.label, r.password, r.max_uses,
      to_timestamp(r.not_before / 1000), to_timestamp(r.expires_at / 1000), to_timestamp(p_now / 1000)
    from json_to_recordset(p_rows) as r(id text, token_version smallint, bucket text, first_key text, facts text, label text,
      password text, max_uses integer, not_before double precision, expires_at double precision);
  perform append_events(p_now, array_agg(decode(r.id, 'hex')), array_agg('share.created'::text), array_agg(p_actor),
      array_agg(r.event))
    from json_to_recordset(p_rows) as r(id text, event text);
  return true;
end
$create$;
`;
