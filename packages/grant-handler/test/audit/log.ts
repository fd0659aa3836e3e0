import { generateKeyPairSync } from 'node:crypto';
import { chainHash, type AuditEvent, type Store } from '../../src/index.ts';
import { type Anchor, type AnchorSigner, createAnchorSigner, exportLines, readAnchors } from '../../src/audit/index.ts';
import type { Database } from '../../src/postgres/index.ts';
import { openStore } from '../kit.ts';

export const NOW = Date.parse('2027-01-01T00:00:00Z');

/** A private key in PEM. */
export function auditKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** A log with many events, and what an auditor has of it. */
export interface Log {
  readonly store: Store;
  readonly database: Database;
  readonly signer: AnchorSigner;
  /** Appends events in one call; they fall on all chains alike. */
  append(count: number, at: number): Promise<void>;
  /** Signs the heads as they are now. */
  anchor(at: number): Promise<string>;
  read(lines: readonly string[]): Promise<readonly Anchor[]>;
  sql(text: string, ...values: unknown[]): Promise<readonly Record<string, unknown>[]>;
  exported(at?: number): Promise<string[]>;
}

/** Opens an empty log. */
export async function openLog(): Promise<Log> {
  const { store, database } = await openStore();
  const signer = await createAnchorSigner(auditKey());
  let made = 0;
  return {
    store,
    database,
    signer,
    async append(count, at) {
      await database.query(
        {
          text: `select append_events($1::float8, 'share.redeemed',
            array(select decode(lpad(to_hex(n % 64), 2, '0') || lpad(to_hex(n), 30, '0'), 'hex') from generate_series($2::integer, $3::integer) as n),
            array(select 'actor ' || n from generate_series($2::integer, $3::integer) as n),
            array(select '{"n": ' || n || '}' from generate_series($2::integer, $3::integer) as n))`,
        },
        [at, made + 1, made + count],
      );
      made += count;
    },
    anchor: async (at) => signer.sign(await store.heads(), at),
    read: async (lines) => (await readAnchors(lines, signer.publicKey)).anchors,
    sql: (text, ...values) => database.query({ text }, values),
    exported: (at = NOW + 3_600_000) => exported(store, at),
  };
}

/** Lines of a whole export. */
export async function exported(store: Store, at: number): Promise<string[]> {
  return linesOf(await piecesOf(exportLines(store, at)));
}

/** All pieces of an export. */
export async function piecesOf(pieces: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

/** Lines of an export's pieces. */
export function linesOf(pieces: readonly string[]): string[] {
  return pieces.join('').trimEnd().split('\n');
}

/** Rewrites one chain from an event on as somebody would who owns the database and knows the rule. */
export async function rewriteChain({ store, sql }: Log, shard: number, from: number, actor: string): Promise<void> {
  const events = await store.exportEvents(shard, from - 2, 10_000);
  let before = from === 1 ? undefined : events[0];
  for (const event of events.filter(({ seq }) => seq >= from)) {
    const changed: AuditEvent = event.seq === from ? { ...event, actor } : event;
    const hash = chainHash(before?.hash ?? '', changed);
    await sql(
      `update audit_event set actor = $3, hash = decode($4::text, 'hex') where shard = $1 and seq = $2`,
      shard,
      event.seq,
      changed.actor,
      hash,
    );
    before = { ...changed, hash };
  }
  await sql(`update audit_head set hash = decode($2::text, 'hex') where shard = $1`, shard, before?.hash);
}
