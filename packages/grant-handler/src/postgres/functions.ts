import { SHARE } from './columns.ts';

/**
 * A plan is kept for as long as a connection lives, and may have been made while a table was empty. So the functions find
 * rows by `= any` or by a lateral subquery, which nothing but an index serves, and plans are not made anew for other values.
 */
const SETTINGS = 'set plan_cache_mode = force_generic_plan set enable_seqscan = off';

/**
 * The functions. Locks are always taken in one order, shares by id and then heads by shard, so that no two calls wait for
 * each other. Each decides row by row in memory and writes each table once: a statement costs far more than a row. What is
 * hot returns one text: embedded, each column of a result costs as much as the work.
 */
export const FUNCTIONS = `
create function append_events(
  p_now double precision, p_kind text, p_subjects bytea[], p_actors text[], p_bodies text[]
) returns integer language plpgsql as $append$
declare
  v_touched integer[] := array(select distinct get_byte(s, 0) % 64 from unnest(p_subjects) as s);
  v_head record;
  -- By shard, from 1.
  v_seqs bigint[];
  v_hashes bytea[];
  -- By event.
  v_shards integer[];
  v_event_seqs bigint[];
  v_event_hashes bytea[];
  v_shard integer;
begin
  for v_head in
    select shard, seq, hash from audit_head where shard = any(v_touched) order by shard for update
  loop
    v_seqs[v_head.shard + 1] := v_head.seq;
    v_hashes[v_head.shard + 1] := v_head.hash;
  end loop;
  for i in 1 .. cardinality(p_subjects) loop
    v_shard := get_byte(p_subjects[i], 0) % 64;
    v_seqs[v_shard + 1] := v_seqs[v_shard + 1] + 1;
    -- The actor's length keeps a line break in it from passing for the end of it.
    v_hashes[v_shard + 1] := sha256(v_hashes[v_shard + 1] || convert_to(concat_ws(E'\\n', v_seqs[v_shard + 1], p_now::bigint,
      p_kind, encode(p_subjects[i], 'hex'), octet_length(p_actors[i]), p_actors[i], p_bodies[i]), 'UTF8'));
    v_shards[i] := v_shard;
    v_event_seqs[i] := v_seqs[v_shard + 1];
    v_event_hashes[i] := v_hashes[v_shard + 1];
  end loop;
  insert into audit_event (shard, seq, at, kind, subject, actor, body, hash)
    select e.shard, e.seq, to_timestamp(p_now / 1000), p_kind, e.subject, e.actor, e.body, e.hash
    from unnest(v_shards, v_event_seqs, p_subjects, p_actors, p_bodies, v_event_hashes)
      as e(shard, seq, subject, actor, body, hash);
  update audit_head set seq = v_seqs[shard + 1], hash = v_hashes[shard + 1] where shard = any(v_touched);
  return cardinality(p_subjects);
end
$append$;

create function find_shares(p_ids text) returns text language plpgsql ${SETTINGS} as $find$
begin
  return (
    select json_agg(s) from (
      select ${SHARE} from string_to_table(p_ids, ',') as wanted
      cross join lateral (select * from share where id = decode(wanted, 'hex') offset 0) as found
    ) as s
  );
end
$find$;

-- For each use in order its outcome, the uses of the share, and its limit if it has one.
create function redeem(
  p_now double precision, p_window_ms double precision, p_repeats integer,
  p_shares text[], p_proofs text[], p_addresses text[], p_agents text[], p_keys text[], p_bodies text[]
) returns text language plpgsql ${SETTINGS} as $redeem$
declare
  v_at timestamptz := to_timestamp(p_now / 1000);
  v_use record;
  v_outcome text;
  v_results text[];
  v_share bytea;
  v_proof bytea;
  v_uses integer;
  v_nth integer;
  v_first text;
  v_ids bytea[] := array(select distinct decode(r, 'hex') from unnest(p_shares) as r);
  v_shares integer := 0;
  v_used_shares bytea[];
  v_used integer[];
  v_count integer := 0;
  v_ords integer[];
  v_counted_shares bytea[];
  v_counted_proofs bytea[];
  v_repeats integer[];
  v_known integer := 0;
  v_known_shares bytea[];
  v_known_proofs bytea[];
  v_known_repeats integer[];
begin
  perform 1 from share where id = any(v_ids) order by id for update;
  -- A statement of its own: it must see what was committed before the locks were had.
  for v_use in
    select r.ord, r.share, r.proof, s.uses, s.max_uses, u.repeats, u.id is not null as known,
      u.at > v_at - make_interval(secs => p_window_ms / 1000) as fresh,
      case
        when s.id is null then 'unknown'
        when s.state <> 'active' then s.state
        when s.expires_at <= v_at then 'expired'
        when s.not_before > v_at then 'not-yet'
        else 'open'
      end as standing
    from (
      select n.ord::integer as ord, decode(n.share, 'hex') as share, decode(n.proof, 'hex') as proof
      from unnest(p_shares, p_proofs) with ordinality as n(share, proof, ord)
    ) as r
    left join lateral (select * from share where id = r.share offset 0) as s on true
    left join lateral (select * from share_use where share_id = r.share and id = r.proof offset 0) as u on true
    order by r.share, r.proof, r.ord
  loop
    if v_share is distinct from v_use.share then
      v_share := v_use.share;
      v_proof := null;
      v_uses := v_use.uses;
    end if;
    if v_proof is distinct from v_use.proof then
      v_proof := v_use.proof;
      v_nth := 0;
    end if;
    v_nth := v_nth + 1;
    if v_use.standing <> 'open' then
      v_outcome := v_use.standing;
    elsif v_use.known then
      if v_use.fresh and v_use.repeats + v_nth <= p_repeats then
        v_outcome := 'repeat';
        if v_nth = 1 then
          v_known := v_known + 1;
          v_known_shares[v_known] := v_share;
          v_known_proofs[v_known] := v_proof;
        end if;
        v_known_repeats[v_known] := v_nth;
      else
        v_outcome := 'spent';
      end if;
    elsif v_nth = 1 then
      if v_use.max_uses is null or v_uses < v_use.max_uses then
        v_outcome := 'counted';
        v_uses := v_uses + 1;
        if v_shares = 0 or v_used_shares[v_shares] <> v_share then
          v_shares := v_shares + 1;
          v_used_shares[v_shares] := v_share;
        end if;
        v_used[v_shares] := v_uses;
        v_count := v_count + 1;
        v_ords[v_count] := v_use.ord;
        v_counted_shares[v_count] := v_share;
        v_counted_proofs[v_count] := v_proof;
        v_repeats[v_count] := 0;
      else
        v_outcome := 'used-up';
      end if;
      v_first := v_outcome;
    elsif v_first = 'used-up' then
      v_outcome := 'used-up';
    elsif v_nth - 1 <= p_repeats then
      -- The same proof twice at once: the second is a repeat of the first.
      v_outcome := 'repeat';
      v_repeats[v_count] := v_nth - 1;
    else
      v_outcome := 'spent';
    end if;
    v_results[v_use.ord] := concat_ws(' ', v_outcome, v_uses, v_use.max_uses);
  end loop;
  if v_count > 0 then
    update share set uses = v_used[array_position(v_used_shares, id)] where id = any(v_used_shares);
    insert into share_use (share_id, id, at, address, agent, key, repeats)
      select n.share, n.proof, v_at, p_addresses[n.ord], p_agents[n.ord], p_keys[n.ord], n.repeats
      from unnest(v_ords, v_counted_shares, v_counted_proofs, v_repeats) as n(ord, share, proof, repeats);
    perform append_events(p_now, 'share.redeemed', v_counted_shares,
      array(select coalesce(p_addresses[o], 'unknown') from unnest(v_ords) as o),
      array(select p_bodies[o] from unnest(v_ords) as o));
  end if;
  for i in 1 .. v_known loop
    update share_use set repeats = repeats + v_known_repeats[i]
      where share_id = v_known_shares[i] and id = v_known_proofs[i];
  end loop;
  return array_to_string(v_results, ',');
end
$redeem$;

create function create_shares(
  p_now double precision, p_owner text, p_actor text, p_key text, p_digest text,
  p_ids text[], p_versions text[], p_buckets text[], p_first_keys text[], p_facts text[], p_labels text[], p_passwords text[],
  p_max_uses text[], p_not_before text[], p_expires_at text[], p_bodies text[]
) returns boolean language plpgsql ${SETTINGS} as $create$
declare
  v_ids bytea[] := array(select decode(i, 'hex') from unnest(p_ids) as i);
begin
  if p_key is not null then
    -- A second request with the same key waits here until the first one has ended.
    insert into idempotency (owner, key, digest, share_id, created_at)
      values (p_owner, p_key, p_digest, v_ids[1], to_timestamp(p_now / 1000))
      on conflict do nothing;
    if not found then
      return false;
    end if;
  end if;
  insert into share (id, token_version, owner, bucket, first_key, facts, label, password, max_uses, not_before, expires_at, created_at)
    select r.id, r.token_version::smallint, p_owner, r.bucket, r.first_key, r.facts, r.label, r.password, r.max_uses::integer,
      to_timestamp(r.not_before::float8 / 1000), to_timestamp(r.expires_at::float8 / 1000), to_timestamp(p_now / 1000)
    from unnest(v_ids, p_versions, p_buckets, p_first_keys, p_facts, p_labels, p_passwords, p_max_uses, p_not_before, p_expires_at)
      as r(id, token_version, bucket, first_key, facts, label, password, max_uses, not_before, expires_at);
  perform append_events(p_now, 'share.created', v_ids, array_fill(p_actor, array[cardinality(v_ids)]), p_bodies);
  return true;
end
$create$;
`;
