import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { PGlite } from '@electric-sql/pglite';
import { createGrantCache } from '@ossgrant/credentials-sts';
import { type LocalOss, startLocalOss } from '@ossgrant/local-oss';
import { createPresigner } from '@ossgrant/url-presigner';
import pg from 'pg';
import {
  createApiKeys,
  createGrantHandler,
  type GrantHandler,
  type GrantHandlerOptions,
  type Store,
} from '../src/index.ts';
import { createPostgresStore, type Database, migrate, pgDatabase, pgliteDatabase } from '../src/postgres/index.ts';

export const BUCKET = 'reports-bucket';
export const TOKEN_KEYS = [{ version: 1, key: randomBytes(32) }];

/** Opens a database of the run that a test file has to itself. */
async function openDatabase(): Promise<Database> {
  const schema = `t${randomBytes(6).toString('hex')}`;
  const url = process.env['OSSGRANT_TEST_POSTGRES'];
  if (url !== undefined) {
    const pool = new pg.Pool({ connectionString: url, max: 10, options: `-c search_path=${schema}` });
    await pool.query(`create schema ${schema}`);
    return pgDatabase(pool);
  }
  // One for all files that this process runs: it takes seconds to start.
  const pglite = (shared ??= new PGlite());
  await pglite.query(`create schema ${schema}`);
  await pglite.query(`set search_path to ${schema}`);
  return pgliteDatabase(pglite);
}

let shared: PGlite | undefined;

/** A migrated store, and the database under it. */
export async function openStore(): Promise<{ store: Store; database: Database }> {
  const database = await openDatabase();
  await migrate(database);
  return { store: createPostgresStore(database), database };
}

/** A clock that tests move. */
export function testClock(start: number = Date.parse('2027-01-01T00:00:00Z')): {
  now(): number;
  monotonic(): number;
  advance(ms: number): void;
} {
  let now = start;
  return { now: () => now, monotonic: () => now, advance: (ms) => void (now += ms) };
}

/** A handler on a store and a local OSS, with a key of its API. */
export interface Stand {
  readonly oss: LocalOss;
  readonly store: Store;
  readonly database: Database;
  readonly clock: ReturnType<typeof testClock>;
  readonly handler: GrantHandler;
  /** An owner of shares below `reports/`, for at most 30 days. */
  readonly key: string;
  readonly adminKey: string;
  readonly sts: NonNullable<GrantHandlerOptions['sts']>;
  /** Another handler on the same store. */
  another(changes?: Partial<GrantHandlerOptions>): GrantHandler;
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Makes a share of `reports/a.txt` and gives its path. */
  share(fields?: Record<string, unknown>): Promise<{ id: string; url: string; path: string }>;
  visit(path: string, init?: RequestInit, address?: string): Promise<Response>;
  close(): Promise<void>;
}

/** Starts it all. */
export async function openStand(changes: Partial<GrantHandlerOptions> = {}): Promise<Stand> {
  const { store, database } = await openStore();
  const here = testClock();
  const oss = await startLocalOss({ now: new Date(here.now()) });
  const clock = {
    ...here,
    advance(ms: number) {
      here.advance(ms);
      oss.clock.advance(ms);
    },
  };
  await oss.put(BUCKET, 'reports/a.txt', 'content of a');
  await oss.put(BUCKET, 'reports/b.txt', 'content of b');
  await oss.put(BUCKET, 'reports/film.mp4', 'not really a film');
  const presigner = createPresigner({
    endpoint: oss.endpoint,
    region: oss.region,
    addressing: 'path',
    credentials: oss.owner,
    ifShorter: 'clamp',
    clock,
  });
  const cache = createGrantCache({ caller: oss.owner, endpoint: oss.endpoint, cache: { clock } });
  const keys = createApiKeys({ store, clock });
  const month = 30 * 86_400;
  const scopes = [{ bucket: BUCKET, prefix: 'reports/', longestSeconds: month }];
  const { key } = await keys.make({ owner: 'alice', name: 'first', scopes }, 'test');
  const { key: adminKey } = await keys.make({ owner: 'root', name: 'admin', admin: true, scopes }, 'test');
  const sts = { cache, roleArn: oss.roleArn };
  const options: GrantHandlerOptions = {
    publicUrl: 'https://files.example.com',
    presigners: { [BUCKET]: presigner },
    sts,
    store,
    authenticate: keys.authenticate,
    authorize: keys.authorize,
    signIn: keys,
    tokenKeys: TOKEN_KEYS,
    clock,
    ...changes,
  };
  const handler = createGrantHandler(options);
  const api: Stand['api'] = (method, path, body, headers = {}) =>
    handler.fetch(
      new Request(`https://files.example.com${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
  return {
    oss,
    store,
    database,
    clock,
    handler,
    key,
    adminKey,
    sts,
    another: (more = {}) => createGrantHandler({ ...options, ...more }),
    api,
    async share(fields = {}) {
      const objects = 'keys' in fields || 'prefix' in fields ? {} : { key: 'reports/a.txt' };
      const response = await api('POST', '/v1/shares', { bucket: BUCKET, ...objects, ...fields });
      const made = (await response.json()) as { id: string; url: string };
      if (response.status !== 201) throw new Error(JSON.stringify(made));
      return { ...made, path: new URL(made.url).pathname };
    },
    visit: (path, init = {}, address = '203.0.113.7') =>
      handler.fetch(new Request(`https://files.example.com${path}`, init), { remoteAddress: address }),
    async close() {
      await handler.close();
      await cache.close();
      await oss.close();
    },
  };
}

/** Fetches from the storage on a connection of its own: a kept one may be closed by the server at that moment. */
export async function fetchObject(
  url: string,
  {
    method = 'GET',
    headers = {},
  }: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  const sent = request(url, { method, headers, agent: false }).end();
  const [message] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk as Uint8Array);
  return new Response(Buffer.concat(chunks), {
    status: message.statusCode ?? 0,
    headers: Object.entries(message.headers).map(([name, value]): [string, string] => [name, String(value)]),
  });
}
