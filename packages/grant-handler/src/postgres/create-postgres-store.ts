import { batched } from '../batch.ts';
import type { Share } from '../records.ts';
import type { RepeatLimits, Store, UseOutcome, UseRequest, UseResult } from '../store.ts';
import type { Database, Statement } from './database.ts';
import { type Row, toEvent, toHandle, toKey, toSession, toShare, toUse } from './rows.ts';
import { STATEMENTS } from './statements.ts';

const MOST = 200;

interface Redeeming {
  readonly use: UseRequest;
  readonly at: number;
  readonly limits: RepeatLimits;
}

/**
 * A store in PostgreSQL 15 or newer, or in PGlite. Run `migrate` first. What arrives while the database works is the next
 * call's batch, so a crowd costs few transactions.
 */
export function createPostgresStore(database: Database): Store {
  async function all(statement: Statement, ...values: readonly unknown[]): Promise<readonly Row[]> {
    return database.query(statement, values);
  }

  // Two under way keep the database busy while the next batch gathers; more would only make smaller batches.
  const batches = { most: MOST, inFlight: database.serial === true ? 1 : 2 };

  const find = batched<string, Share | undefined>(async (ids) => {
    const [row] = await all(STATEMENTS.findShares, ids.join());
    const rows = JSON.parse((row?.['shares'] as string | null | undefined) ?? '[]') as readonly Row[];
    const found = new Map(rows.map((one) => [String(one['id']), toShare(one)]));
    return ids.map((id) => found.get(id));
  }, batches);

  const redeem = batched<Redeeming, UseResult>(async (items) => {
    // One instant and one window for all: those of one batch arrived within milliseconds of each other.
    const at = Math.max(...items.map((item) => item.at));
    const { windowMs, repeats } = items[0]?.limits ?? { windowMs: 0, repeats: 0 };
    const uses = items.map(({ use }) => use);
    const [row] = await all(
      STATEMENTS.redeem,
      at,
      windowMs,
      repeats,
      uses.map(({ shareId }) => shareId),
      uses.map(({ proof }) => proof),
      uses.map(({ address = null }) => address),
      uses.map(({ agent = null }) => agent),
      uses.map(({ key }) => key),
      uses.map(({ proof, key, agent = null }) => JSON.stringify({ use: proof, key, agent })),
    );
    return String(row?.['results']).split(',').map(toResult);
  }, batches);

  return {
    async createShares(shares, owner, act, idempotency) {
      const { key = null, digest = null } = idempotency ?? {};
      const [row] = await all(
        STATEMENTS.createShares,
        act.at,
        owner,
        act.actor,
        key,
        digest,
        shares.map(({ id }) => id),
        shares.map(({ tokenVersion }) => String(tokenVersion)),
        shares.map(({ bucket }) => bucket),
        shares.map(({ facts }) => facts.prefix ?? facts.keys[0]),
        shares.map(({ facts }) => JSON.stringify(facts)),
        orNull(shares.map(({ label = null }) => label)),
        orNull(shares.map(({ password = null }) => password)),
        orNull(shares.map(({ maxUses }) => textOf(maxUses))),
        orNull(shares.map(({ notBefore }) => textOf(notBefore?.getTime()))),
        shares.map(({ expiresAt }) => String(expiresAt.getTime())),
        shares.map(({ bucket, facts, label, maxUses, notBefore, expiresAt }) =>
          JSON.stringify({ bucket, ...facts, label, maxUses, notBefore, expiresAt }),
        ),
      );
      if (row?.['created'] === true) return { created: true };
      const [first] = await all(STATEMENTS.findIdempotency, owner, key);
      return { created: false, digest: String(first?.['digest']), shareId: String(first?.['share_id']) };
    },
    findShare: find,
    redeem: (use, at, limits) => redeem({ use, at, limits }),
    async recentUse({ shareId, address, agent, key }, since) {
      const [row] = await all(STATEMENTS.recentUse, shareId, since, address, agent, key);
      return row === undefined ? undefined : String(row['id']);
    },
    async changeShare(id, { state, expiresAt, label, maxUses }, event) {
      const [row] = await all(
        STATEMENTS.changeShare,
        id,
        state ?? null,
        expiresAt?.getTime() ?? null,
        label !== undefined,
        label ?? null,
        maxUses !== undefined,
        maxUses ?? null,
        event.revision ?? null,
        event.at,
        event.kind,
        event.actor,
        JSON.stringify(event.body),
      );
      return row === undefined ? undefined : toShare(row);
    },
    async listShares({ owner, bucket, prefix, state, label, before, limit }) {
      const from = before?.createdAt.getTime() ?? null;
      const filters = [owner, bucket, prefix, state, label].map((value) => value ?? null);
      return (await all(STATEMENTS.listShares, ...filters, from, before?.id ?? null, limit)).map(toShare);
    },
    async listUses(shareId, limit, before) {
      const from = before?.at.getTime() ?? null;
      return (await all(STATEMENTS.listUses, shareId, from, before?.id ?? null, limit)).map(toUse);
    },
    async listEvents(subject, limit, after = 0, withoutUses = false) {
      return (await all(STATEMENTS.listEvents, subject, after, limit, withoutUses)).map(toEvent);
    },

    async createHandle(handle, { at, actor }) {
      const { id, tokenVersion, owner, bucket, facts, label = null, expiresAt } = handle;
      const row = [id, tokenVersion, owner, bucket, JSON.stringify(facts), label, expiresAt.getTime(), at];
      await all(STATEMENTS.createHandle, ...row, actor);
    },
    async findHandle(id) {
      const [row] = await all(STATEMENTS.findHandle, id);
      return row === undefined ? undefined : toHandle(row);
    },
    async listHandles(owner, limit) {
      return (await all(STATEMENTS.listHandles, owner ?? null, limit)).map(toHandle);
    },
    async revokeHandle(id, { at, actor }) {
      return (await all(STATEMENTS.revokeHandle, id, at, actor)).length > 0;
    },

    async createKey(key, { at, actor }) {
      const { id, hash, owner, name, admin, scopes, expiresAt } = key;
      const row = [id, hash, owner, name, admin, JSON.stringify(scopes), at, expiresAt?.getTime() ?? null];
      await all(STATEMENTS.createKey, ...row, actor, JSON.stringify({ owner, name, admin, scopes }));
    },
    async findKey(id) {
      const [row] = await all(STATEMENTS.findKey, id);
      return row === undefined ? undefined : toKey(row);
    },
    listKeys: async () => (await all(STATEMENTS.listKeys)).map(toKey),
    async revokeKey(id, { at, actor }) {
      return (await all(STATEMENTS.revokeKey, id, at, actor)).length > 0;
    },

    async createSession({ id, keyId, expiresAt }, { at, kind, actor }) {
      await all(STATEMENTS.createSession, id, keyId, expiresAt.getTime(), at, kind, actor);
    },
    async findSession(id) {
      const [row] = await all(STATEMENTS.findSession, id);
      return row === undefined ? undefined : toSession(row);
    },
    async endSession(id, { at, kind, actor }) {
      const [row] = await all(STATEMENTS.endSession, id, at, kind, actor);
      return row === undefined ? undefined : toSession(row);
    },

    async record({ at, actor, kind, subject, body }) {
      await all(STATEMENTS.record, at, subject, kind, actor, JSON.stringify(body));
    },
    async heads() {
      const rows = await all(STATEMENTS.heads);
      return rows.map((row) => ({
        shard: Number(row['shard']),
        seq: Number(row['seq']),
        hash: String(row['hash']),
      }));
    },
    async exportEvents(shard, after, limit) {
      return (await all(STATEMENTS.exportEvents, shard, after, limit)).map(toEvent);
    },
    async pruneEvents(shard, upTo) {
      const [row] = await all(STATEMENTS.pruneEvents, shard, upTo);
      return Number(row?.['events']);
    },

    async hit(key, at, windowMs, count = 1) {
      const [row] = await all(STATEMENTS.hit, key, at, windowMs, count);
      return { hits: Number(row?.['hits']), endsAt: new Date(Math.round(Number(row?.['ends_at']))) };
    },
    async ping() {
      await all(STATEMENTS.ping);
    },
    async purge(at) {
      await all(STATEMENTS.purgeLimits, at);
      await all(STATEMENTS.purgeSessions, at);
      await all(STATEMENTS.purgeIdempotency, at);
    },
  };
}

function textOf(value: number | undefined): string | null {
  return value === undefined ? null : String(value);
}

/** One null for nothing but nulls: `unnest` fills up what is short, and the driver and the database need not go through them. */
function orNull(values: readonly (string | null)[]): readonly (string | null)[] | null {
  return values.every((value) => value === null) ? null : values;
}

function toResult(text: string): UseResult {
  const [outcome, uses, maxUses] = text.split(' ');
  return {
    outcome: outcome as UseOutcome,
    uses: Number(uses ?? 0),
    maxUses: maxUses === undefined ? undefined : Number(maxUses),
  };
}
