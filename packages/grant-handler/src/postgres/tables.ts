/**
 * The tables. Every table that a redeem touches carries the share's id, so that a distributed PostgreSQL can place all of a
 * share's rows together by that one column.
 */
export const TABLES = `
create table share (
  id bytea primary key,
  token_version smallint not null,
  owner text not null,
  bucket text not null,
  -- The key, the first of several keys, or the prefix: what a list is filtered by.
  first_key text not null,
  facts text not null,
  label text,
  password text,
  state text not null default 'active' check (state in ('active', 'paused', 'revoked')),
  revision integer not null default 1,
  max_uses integer,
  uses integer not null default 0,
  not_before timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  -- No statement may go over the limit, whatever it forgets.
  constraint share_uses_within_limit check (max_uses is null or uses <= max_uses)
) with (fillfactor = 85);
create index share_by_owner on share (owner, created_at desc, id desc);
create index share_by_time on share (created_at desc, id desc);

create table share_use (
  share_id bytea not null,
  -- Digest of the proof that the client keeps.
  id bytea not null,
  at timestamptz not null,
  address text,
  agent text,
  key text not null,
  repeats integer not null default 0,
  primary key (share_id, id)
) with (fillfactor = 90);
-- Of all uses; the condition keeps the planner from taking this one to find a use by its proof, which would read all uses of
-- a popular share each time. Statements that want it repeat the condition.
create index share_use_by_time on share_use (share_id, at desc, id desc) where at > '-infinity';

create table audit_head (
  shard smallint primary key,
  seq bigint not null,
  hash bytea not null
) with (fillfactor = 50);
insert into audit_head select n, 0, sha256(convert_to('ossgrant audit shard ' || n, 'UTF8')) from generate_series(0, 63) as n;

create table audit_event (
  shard smallint not null,
  seq bigint not null,
  at timestamptz not null,
  kind text not null,
  subject bytea not null,
  actor text not null,
  -- JSON as it was hashed: jsonb would write it anew.
  body text not null,
  hash bytea not null,
  primary key (shard, seq)
);
create index audit_event_by_subject on audit_event (subject, seq);

create table grant_handle (
  id bytea primary key,
  token_version smallint not null,
  owner text not null,
  bucket text not null,
  facts text not null,
  label text,
  state text not null default 'active' check (state in ('active', 'revoked')),
  expires_at timestamptz not null,
  created_at timestamptz not null
);
create index grant_handle_by_owner on grant_handle (owner, created_at desc, id desc);

create table api_key (
  id bytea primary key,
  hash bytea not null,
  owner text not null,
  name text not null,
  admin boolean not null,
  scopes text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz
);

create table session (
  id bytea primary key,
  key_id bytea not null,
  expires_at timestamptz not null
);
create index session_by_end on session (expires_at);

create table idempotency (
  owner text not null,
  key text not null,
  digest text not null,
  share_id bytea not null,
  created_at timestamptz not null,
  primary key (owner, key)
);
create index idempotency_by_time on idempotency (created_at);

-- Counters may be lost in a crash; their writes need not wait for the disk.
create unlogged table rate_limit (
  key text primary key,
  hits integer not null,
  ends_at timestamptz not null
);
create index rate_limit_by_end on rate_limit (ends_at);
`;
