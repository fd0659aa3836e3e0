import type {
  ApiKey,
  AuditEvent,
  GrantHandle,
  HandleFacts,
  KeyScope,
  Session,
  Share,
  ShareFacts,
  ShareState,
  ShareUse,
} from '../records.ts';

/** A row as every driver gives it: text, numbers, booleans and nulls. */
export type Row = Readonly<Record<string, unknown>>;

function date(ms: unknown): Date {
  return new Date(Math.round(Number(ms)));
}

function text(value: unknown): string | undefined {
  return value === null ? undefined : (value as string);
}

function dateOrNone(ms: unknown): Date | undefined {
  return ms === null ? undefined : date(ms);
}

export function toShare(row: Row): Share {
  return {
    id: String(row['id']),
    tokenVersion: Number(row['token_version']),
    owner: String(row['owner']),
    bucket: String(row['bucket']),
    facts: JSON.parse(String(row['facts'])) as ShareFacts,
    label: text(row['label']),
    password: text(row['password']),
    state: row['state'] as ShareState,
    revision: Number(row['revision']),
    maxUses: row['max_uses'] === null ? undefined : Number(row['max_uses']),
    uses: Number(row['uses']),
    lastUsedAt: dateOrNone(row['last_used_at'] ?? null),
    notBefore: dateOrNone(row['not_before']),
    expiresAt: date(row['expires_at']),
    createdAt: date(row['created_at']),
  };
}

export function toUse(row: Row): ShareUse {
  return {
    id: String(row['id']),
    at: date(row['at']),
    address: text(row['address']),
    agent: text(row['agent']),
    key: String(row['key']),
    repeats: Number(row['repeats']),
  };
}

export function toEvent(row: Row): AuditEvent {
  return {
    shard: Number(row['shard']),
    seq: Number(row['seq']),
    at: date(row['at']),
    kind: String(row['kind']),
    subject: String(row['subject']),
    actor: String(row['actor']),
    body: String(row['body']),
    hash: String(row['hash']),
  };
}

export function toHandle(row: Row): GrantHandle {
  return {
    id: String(row['id']),
    tokenVersion: Number(row['token_version']),
    owner: String(row['owner']),
    bucket: String(row['bucket']),
    facts: JSON.parse(String(row['facts'])) as HandleFacts,
    label: text(row['label']),
    state: row['state'] as GrantHandle['state'],
    expiresAt: date(row['expires_at']),
    createdAt: date(row['created_at']),
  };
}

export function toSession(row: Row): Session {
  return { id: String(row['id']), keyId: String(row['key_id']), expiresAt: date(row['expires_at']) };
}

export function toKey(row: Row): ApiKey {
  return {
    id: String(row['id']),
    hash: String(row['hash']),
    owner: String(row['owner']),
    name: String(row['name']),
    admin: row['admin'] === true,
    scopes: JSON.parse(String(row['scopes'])) as readonly KeyScope[],
    createdAt: date(row['created_at']),
    expiresAt: dateOrNone(row['expires_at']),
    revokedAt: dateOrNone(row['revoked_at']),
  };
}
